-- Rings whose end was never reported are looked for by state and age; the log is filtered by state.
ALTER TABLE telephone_call ADD KEY telephone_call_state (state, ringing_at);
