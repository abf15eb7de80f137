"""The tokens of chat templates around turns: one table of the user's, and what begins and ends the model's."""

from __future__ import annotations

import re

USER_TURNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("<|im_start|>user\n", ("<|im_end|>", "<|im_start|>")),  # Qwen, and all that write ChatML
    ("<|im_user|>user<|im_middle|>", ("<|im_end|>",)),  # Kimi
    ("<|start_header_id|>user<|end_header_id|>", ("<|eot_id|>", "<|start_header_id|>")),  # Llama 3
    ("<|header_start|>user<|header_end|>", ("<|eot|>", "<|header_start|>")),  # Llama 4
    ("<｜User｜>", ("<｜Assistant｜>", "<｜end▁of▁sentence｜>")),  # DeepSeek
    ("<start_of_turn>user\n", ("<end_of_turn>", "<start_of_turn>")),  # Gemma 2 and 3
    ("<|turn>user\n", ("<turn|>", "<|turn>")),  # Gemma 4
    ("<|start|>user<|message|>", ("<|end|>", "<|start|>")),  # gpt-oss
    ("<|start_of_role|>user<|end_of_role|>", ("<|end_of_text|>", "<|start_of_role|>")),  # Granite
    ("<|USER_TOKEN|>", ("<|END_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|>")),  # Cohere
    ("[|user|]", ("[|endofturn|]", "[|assistant|]")),  # EXAONE
    ("<|user|>", ("<|end|>", "<|assistant|>", "<|endoftext|>", "</s>")),  # Phi, GLM, OLMo, Tulu
    ("<|User|>", ("<|Assistant|>", "<|end_of_sentence|>")),
    ("[INST]", ("[/INST]",)),  # Mistral, Llama 2
)
"""What a template writes before the user's words, and after them."""

NEXT_USER_TURN = re.compile(
    "|".join(
        re.escape(re.sub(r"(?<=>)user.*", "", mark.strip())) + r"\s?user" * (">user" in mark) for mark, _ in USER_TURNS
    )
)
"""Where a turn of the user begins; how its header ends is not looked at."""
TURN_ENDS = re.compile(
    r"(?:<\|(?:im_end|endoftext|end|return|eot_id|EOT|eot|eom|end_of_text|END_OF_TURN_TOKEN|assistant_end|end_message|"
    r"content_model_end_sampling|user|observation)\|>"
    r"|<｜(?:end▁of▁sentence|User)｜>|\[\|endofturn\|\]|<turn\|>|<end_of_turn>|</s>|<eos>|<seed:eos>|\[e~\[)\s*\Z"
)
"""What ends a turn: no part of a thinking that is never closed, nor of an answer."""
TURN_STARTS = re.compile(r"\s*+(?:(?:<s>|<bos>|<\|im_start\|>assistant\s|<｜Assistant｜>|<\|assistant\|>)\s*+)+")
