# Forwards to ./do, for those whose fingers say make.
VERBS := deploy verify rollback status history dev test e2e down
.PHONY: $(VERBS) help
help $(VERBS):
	@./do $@
