"""Recorded responses of other tools become run folders."""
