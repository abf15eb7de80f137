"""Logs that the tools themselves write, where they are installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WRONG = "<think>\n4 + 9 = 14, I think. The answer is 14.\n</think>\n\n\\boxed{14}"


@pytest.fixture(scope="session")
def inspect_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs that Inspect itself writes: two sums, two epochs, its own mock model."""
    inspect_ai = pytest.importorskip("inspect_ai", reason="inspect-ai is not installed")
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import (
        ChatCompletionChoice,
        ChatMessageAssistant,
        ContentReasoning,
        ContentText,
        ModelOutput,
        ModelUsage,
        get_model,
    )
    from inspect_ai.scorer import match
    from inspect_ai.solver import generate

    usage = ModelUsage(input_tokens=12, output_tokens=30, total_tokens=42)  # else it counts with a tokenizer it fetches

    def reply(*parts: Any, stop: Any = "stop") -> ModelOutput:
        said = ChatMessageAssistant(content=list(parts) if len(parts) > 1 else parts[0], source="generate")
        return ModelOutput(
            model="reasoner", choices=[ChatCompletionChoice(message=said, stop_reason=stop)], usage=usage
        )

    thought = "2 and 3 make 5. So the answer is 5.\n\nWait, 3 + 2 is 5 as well."
    replies = [
        reply(ContentReasoning(reasoning=thought), ContentText(text="\\boxed{5}")),
        reply("The answer is 13", stop="max_tokens"),
        reply(ContentReasoning(reasoning="opaque", redacted=True), ContentText(text="\\boxed{5}")),
        reply(WRONG),
    ]
    samples = [
        Sample(id="sum-1", input="What is 2 + 3?", target="5", metadata={"level": 1, "subject": "Sums"}),
        Sample(id="sum-2", input="What is 4 + 9?", target=["13", "thirteen"]),
    ]
    folder = tmp_path_factory.mktemp("inspect")
    for form in ("eval", "json"):
        task = inspect_ai.Task(
            name="sums", dataset=MemoryDataset(samples, name="sums"), solver=generate(), scorer=match()
        )
        model = get_model("mockllm/org/reasoner", custom_outputs=list(replies), memoize=False)
        inspect_ai.eval(
            task, model=model, epochs=2, log_dir=str(folder / form), log_format=form, display="none",
            max_samples=1, max_connections=1,
        )  # fmt: skip
    return folder
