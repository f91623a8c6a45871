-- Beside each verdict: what rows in report mode would have said, and how closely the policy asks to look. As for the
-- verdict, NULL in session_event means that what the session's row says holds.
ALTER TABLE session ADD COLUMN rule_would         INTEGER; -- dict: their ids, joined by ";"; NULL: none
ALTER TABLE session ADD COLUMN inspection         INTEGER; -- dict
ALTER TABLE session ADD COLUMN inspection_profile INTEGER; -- dict
ALTER TABLE session_event ADD COLUMN rule_would         INTEGER;
ALTER TABLE session_event ADD COLUMN inspection         INTEGER;
ALTER TABLE session_event ADD COLUMN inspection_profile INTEGER;
