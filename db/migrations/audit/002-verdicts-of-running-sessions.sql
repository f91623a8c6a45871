-- What the policy said when it was asked again since the session's open event: about first bytes, an upstream's answer,
-- or in another version. All NULL: it was not asked, and what the session's row says holds.
ALTER TABLE session_event ADD COLUMN verdict        INTEGER; -- dict
ALTER TABLE session_event ADD COLUMN stage          INTEGER; -- dict
ALTER TABLE session_event ADD COLUMN rule_layer     INTEGER; -- dict
ALTER TABLE session_event ADD COLUMN rule           INTEGER; -- rule; NULL: the layer's default row
ALTER TABLE session_event ADD COLUMN policy_version INTEGER;
