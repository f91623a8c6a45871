// SessionBlockFilter: which sessions of a block are what a SessionFilter asks for.
#pragma once

#include "db/AuditFileFilter.h"
#include "db/OpenAuditFiles.h"
#include "db/SessionBlock.h"
#include "db/SessionFilter.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// Numbers of names as a table, for going through many.
class NumberTable {
public:
    NumberTable() = default;
    explicit NumberTable(const WantedNumbers& wanted);

    [[nodiscard]] bool isAsked() const { return asked_; }
    /// Also when nothing is asked.
    [[nodiscard]] bool holds(std::uint64_t number) const { return !asked_ || names(number); }
    [[nodiscard]] bool names(std::uint64_t number) const
    {
        return number < table_.size() && table_[number] != 0;
    }

private:
    bool asked_ = false;
    std::vector<std::uint8_t> table_;
};

/// The outcome of sessions of one file, by the numbers of its words.
class OutcomeNumbers {
public:
    explicit OutcomeNumbers(OpenAuditFile& file);

    [[nodiscard]] SessionOutcome of(std::uint64_t verdict, std::uint64_t inspection,
                                    std::uint64_t reason) const
    {
        if (verdict == deny_)
            return SessionOutcome::Deny;
        if (failures_.names(reason))
            return SessionOutcome::Error;
        return verdict == allow_ && inspection == observe_ ? SessionOutcome::Inspect
                                                           : SessionOutcome::Allow;
    }

private:
    std::uint64_t deny_;
    std::uint64_t allow_;
    std::uint64_t observe_;
    NumberTable failures_;
};

class SessionBlockFilter {
public:
    /// Whether a session that is open at the end of the file is so: it has to be followed into the
    /// next file if there is one.
    enum class OpenSessions : std::uint8_t { StandHere, GoOn };

    /// `inFile` is of the same file and filter; all must outlive it.
    SessionBlockFilter(OpenAuditFile& file, AuditFileFilter& inFile, const SessionFilter& filter,
                       OpenSessions open);

    enum Match : std::uint8_t {
        No,
        Yes,
        Follow ///< began as it is asked; how it stands, other files tell
    };
    /// Of each session of the block; valid until the next call.
    [[nodiscard]] std::span<const std::uint8_t> matches(SessionBlock& block, SeqRange range);

private:
    // IPv4 addresses are ranges of numbers.
    struct Networks {
        explicit Networks(const std::vector<policy::Network>& networks);
        [[nodiscard]] bool holdIpv4(std::uint64_t client) const;

        const std::vector<policy::Network>& all;
        std::vector<std::pair<std::uint64_t, std::uint64_t>> ipv4; // both included
    };
    struct Rules {
        Rules(OpenAuditFile& file, const std::vector<std::string>& rules);
        [[nodiscard]] bool name(std::uint64_t rule, std::uint64_t verdict) const
        {
            return rule != 0 ? numbers.names(rule) : verdict != 0 ? defaultRow : none;
        }

        bool asked;
        NumberTable numbers;
        bool defaultRow;
        bool none; // no policy was asked
    };

    template <class Fits>
    static void keep(std::vector<std::uint8_t>& matches, std::span<const std::uint64_t> column,
                     Fits fits);
    void keepBeginnings(SessionBlock& block, SeqRange range);
    void keepClients(SessionBlock& block);
    void keepStandings(SessionBlock& block);
    void keepFigures(SessionBlock& block);

    OpenAuditFile& file_;
    AuditFileFilter& inFile_;
    const SessionFilter& filter_;
    OpenSessions open_;
    bool asksForStanding_;
    NumberTable users_;
    NumberTable usersWithout_;
    NumberTable protocols_;
    NumberTable protocolsWithout_;
    NumberTable verdicts_;
    NumberTable verdictsWithout_;
    NumberTable reasons_;
    NumberTable reasonsWithout_;
    Networks clients_;
    Networks clientsWithout_;
    Rules rules_;
    Rules rulesWithout_;
    OutcomeNumbers outcomes_;
    std::vector<std::uint8_t> matches_;
    std::vector<std::uint8_t> standings_;
};

} // namespace sallyport::db
