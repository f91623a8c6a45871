// AuditFileFilter: what a SessionFilter asks, in the numbers of one file's names.
#pragma once

#include "db/AuditSearch.h"
#include "db/OpenAuditFiles.h"
#include "db/Statement.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// Numbers of names; asks nothing when there is nothing asked.
struct WantedNumbers {
    enum class Asked : std::uint8_t { Nothing, OneOf } asked = Asked::Nothing;
    std::vector<std::int64_t> numbers; ///< 0 is the unknown name

    [[nodiscard]] bool holds(std::int64_t number) const
    {
        return asked == Asked::Nothing || names(number);
    }
    [[nodiscard]] bool names(std::int64_t number) const
    {
        return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
    }
    /// Nothing in the file has such a name.
    [[nodiscard]] bool isImpossible() const { return asked == Asked::OneOf && numbers.empty(); }
};

/// How a session stands now, as far as a filter asks.
struct SessionStanding {
    std::string_view verdict;
    std::string_view reason; ///< empty while it is open
    std::string_view ruleId;
    std::string_view ruleName; ///< "default" without an id; empty without a verdict
    SessionState state = SessionState::Any;
    SessionOutcome outcome = SessionOutcome::Allow;
    std::optional<std::uint32_t> policyVersion;
    std::optional<std::uint64_t> bytesUp;
    std::optional<std::uint64_t> bytesDown;
    std::optional<std::uint64_t> durationMicroseconds;
};

class AuditFileFilter {
public:
    /// The filter must outlive it. The file is used only while a function runs.
    AuditFileFilter(OpenAuditFile& file, const SessionFilter& filter);

    /// Nothing that began in this file can match.
    [[nodiscard]] bool isImpossible() const;

    /// What beginMatches() reads, of `session`.
    static constexpr std::string_view Columns = "seq, time, kind, client_ip, user, protocol, host, "
                                                "port, policy_version";
    enum Column : int { Seq, Time, Kind, ClientIp, User, Protocol, Host, Port, PolicyVersion };
    /// Whether what never changes in a session is as asked: all but verdict, outcome, reason, rule,
    /// policy version and figures, and of the state whether it is a refusal.
    [[nodiscard]] bool beginMatches(OpenAuditFile& file, const Statement& row);

    [[nodiscard]] bool asksForHost() const;
    [[nodiscard]] bool asksForMoreThanTime() const;
    /// Whether the host with this number is as asked.
    [[nodiscard]] bool hostMatches(OpenAuditFile& file, std::int64_t number);
    /// Numbers of the hosts, when there are at most `most`; missing: there are more.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> hosts(OpenAuditFile& file,
                                                                 std::size_t most);
    [[nodiscard]] const WantedNumbers& users() const { return users_; }

private:
    void askHosts(OpenAuditFile& file);

    const SessionFilter& filter_;
    std::int64_t since_;
    std::int64_t until_;
    std::int64_t decision_; // the kind's number, or one that no record has
    WantedNumbers users_;
    WantedNumbers protocols_;
    WantedNumbers exactHosts_; // when all are exact
    WantedNumbers usersWithout_;
    WantedNumbers protocolsWithout_;
    bool hostsAsked_ = false;
    std::vector<std::uint8_t> hostAnswers_; // by number: 1, it is one of those
    std::vector<std::int64_t> hosts_;       // those
};

/// The numbers of such names; of patterns those of all names that fit.
[[nodiscard]] WantedNumbers wantedNumbers(OpenAuditFile& file, std::string_view kind,
                                          const std::vector<std::string>& texts);
/// Of the rules in the file's table; the default row is none of them.
[[nodiscard]] WantedNumbers ruleNumbers(OpenAuditFile& file, const std::vector<std::string>& rules);
/// Whether a host's name is as asked: one of `hosts`, with `hostText` in it, none of those that are
/// left out.
[[nodiscard]] bool hostMatches(const SessionFilter& filter, std::string_view host);
/// Whether verdict, outcome, reason, rule, policy version, figures and state are as asked.
[[nodiscard]] bool standingMatches(const SessionFilter& filter, const SessionStanding& standing);
/// Whether standingMatches() needs to know anything.
[[nodiscard]] bool asksForStanding(const SessionFilter& filter);

/// Whether the rule with this id and name is `wanted`; without an id it is a default row.
[[nodiscard]] bool isRule(std::string_view wanted, std::string_view id, std::string_view name);

/// Of a column with 4 or 16 bytes.
[[nodiscard]] bool isIn(const policy::Network& network, std::span<const std::uint8_t> address);

} // namespace sallyport::db
