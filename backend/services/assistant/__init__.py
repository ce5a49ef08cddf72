"""The assistant: tools, the rule that asks before it destroys, and the engines that use them."""
