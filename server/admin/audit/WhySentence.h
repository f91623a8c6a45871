// WhySentence: why a session went as it did, or would go, for a person.
//
// Of a recorded session a title says first what was recorded, and one or two sentences then what
// the recorded policy makes of it. Of a question there is one sentence. Pure.
#pragma once

#include "db/AuditSearch.h"
#include "policy/Explanation.h"
#include "policy/FactSheet.h"
#include "policy/MatchWords.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::audit {

/// How a session stands, in texts of its own.
struct StandingSession {
    std::string host;
    std::uint16_t port = 0;
    std::string verdict; ///< of the policy: "allow", "deny" or empty
    db::SessionOutcome outcome = db::SessionOutcome::Allow;
    db::SessionState state = db::SessionState::Open;
    std::string ruleId;
    std::string ruleName;
    std::string ruleLayer;
    std::string reason;
    std::string inspectionProfile;
    std::string closeTimer;

    [[nodiscard]] static StandingSession of(const db::FoundSession& session);
};

class WhySentence {
public:
    enum class Kind : std::uint8_t { Plain, Host, Rule, List, Condition };
    struct Part {
        std::string text;
        Kind kind = Kind::Plain;
        std::string ref; ///< id of a rule
    };

    /// From what is recorded alone.
    explicit WhySentence(const StandingSession& session);
    /// And from the recorded policy, which was put to the recorded facts again.
    WhySentence(const StandingSession& session, const policy::Policy& policy,
                const policy::FactSheet& facts, const policy::Explanation& explanation);

    /// Of a request that is only asked about: one sentence without a title. `Denied by rule 12 "No
    /// file sharing" of the access layer, because the host a.example is in the list "sharing".`
    [[nodiscard]] static WhySentence ofQuestion(const policy::Policy& policy,
                                                const policy::FactSheet& facts,
                                                const policy::Explanation& explanation);

    /// `Denied by access rule "Block file sharing"`.
    [[nodiscard]] const std::string& title() const { return title_; }
    /// "The host www.dropbox.com is in the list "sharing". 9 rules before it did not match."; may
    /// be empty.
    [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
    [[nodiscard]] std::string sentence() const;
    /// Both in one, for those who want one sentence only.
    [[nodiscard]] std::string whole() const;

private:
    WhySentence() = default;
    void say(std::string text, Kind kind = Kind::Plain, std::string ref = {});
    void sayEnd(const StandingSession& session);
    void sayConditions(const policy::Policy& policy, const policy::Rule& rule,
                       const policy::FactSheet& facts);
    void sayAll(const std::vector<policy::MatchedCondition>& conditions);
    void sayDefaultRow(const policy::Explanation& explanation);
    void sayRowsBefore(const policy::Explanation& explanation);

    std::string title_;
    std::vector<Part> parts_;
};

[[nodiscard]] std::string_view partKindName(WhySentence::Kind); ///< "plain", "host", …
/// "the upstream refused the connection", for a close reason.
[[nodiscard]] std::string reasonText(std::string_view closeReason);

} // namespace sallyport::admin::audit
