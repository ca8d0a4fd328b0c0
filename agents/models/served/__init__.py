"""Models on serving engines, vLLM and SGLang, as steppers: next-token distributions over HTTP."""
