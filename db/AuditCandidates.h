// AuditCandidates: the sessions of one file that may be what a filter asks for, in either order.
//
// Where they are few, by the index of a sealed file that promises the fewest; otherwise by the
// session blocks; of a file that has none, and when nothing is asked, all. What began in the file
// may have changed in later events, also in later files: where the filter asks for such a thing,
// sessions that changed, or were carried into the next file, are candidates too.
#pragma once

#include "db/AuditFileFilter.h"
#include "db/OpenAuditFiles.h"
#include "db/SessionBlock.h"
#include "db/SessionBlockFilter.h"
#include "db/SessionBlocks.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

class AuditCandidates {
public:
    /// Of `files[file]`, which is `opened`, with seqs of `range`. All must outlive it.
    AuditCandidates(OpenAuditFiles& open, const std::vector<AuditFile>& files, std::size_t file,
                    OpenAuditFile& opened, AuditFileFilter& inFile, const SessionFilter& filter,
                    SeqRange range, SearchPage::Order order, const AuditSearch::Stop& stop);

    /// Found by an index, and few.
    [[nodiscard]] bool areFew() const { return plan_.has_value() && few_; }
    /// The next one with AuditFileFilter::Columns; null: there is none, or it was stopped. Valid
    /// until the next call.
    [[nodiscard]] const Statement* next();
    /// Where it was stopped: this seq and all before it, as the order goes, were gone through.
    [[nodiscard]] std::optional<std::int64_t> stoppedAt() const { return stoppedAt_; }

private:
    // One sequence of seqs, in the order wanted.
    struct Source {
        Statement rows;
        std::shared_ptr<OpenAuditFile> file; ///< that `rows` are of, if another
        std::int64_t seq = 0;                ///< that it is at; 0: it has ended

        void advance() { seq = rows.step() ? rows.integer(0) : 0; }
    };
    using Plan = std::vector<Source>;
    // Blocks in the order wanted, and of the one under way the seqs that match.
    struct Blocks {
        SessionBlocks all;
        SessionBlockFilter filter;
        std::int64_t number = 0; // of the next one
        bool looked = false;     // at one
        SessionBlock block = {};
        std::vector<std::int64_t> seqs = {};
        std::size_t at = 0;
    };

    void choosePlan();
    [[nodiscard]] bool useBlocks();
    [[nodiscard]] const Statement* nextOfPlan();
    [[nodiscard]] const Statement* nextOfBlocks();
    [[nodiscard]] bool readBlock();
    [[nodiscard]] bool mayMatch(std::int64_t session);
    [[nodiscard]] std::vector<Plan> plans();
    void addHosts(std::vector<Plan>& plans);
    void addClients(std::vector<Plan>& plans);
    void addUsers(std::vector<Plan>& plans);
    void addRules(std::vector<Plan>& plans);
    void addReasons(std::vector<Plan>& plans);
    void addVerdicts(std::vector<Plan>& plans);
    [[nodiscard]] std::optional<Plan> openSessions();
    void addChanged(Plan& plan);
    void addCarried(Plan& plan);
    void addOutcomes(std::vector<Plan>& plans);
    void addSourcesOfReason(Plan& plan, std::string_view reason);
    [[nodiscard]] Source sourceOf(const std::string& query, std::int64_t number);
    [[nodiscard]] std::string inRange(std::string_view select) const;
    [[nodiscard]] std::string ordered(std::string_view select, std::string_view column) const;
    [[nodiscard]] bool isBefore(std::int64_t one, std::int64_t other) const
    {
        return order_ == SearchPage::Order::NewestFirst ? one > other : one < other;
    }

    OpenAuditFiles& open_;
    const std::vector<AuditFile>& files_;
    std::size_t index_;
    OpenAuditFile& file_;
    AuditFileFilter& inFile_;
    const SessionFilter& filter_;
    SeqRange range_;
    SearchPage::Order order_;
    const AuditSearch::Stop& stop_;
    std::optional<Plan> plan_;
    bool few_ = false;
    std::optional<Blocks> blocks_; // missing like plan_: all of them
    std::optional<std::int64_t> stoppedAt_;
    std::optional<Statement> rows_;
};

} // namespace sallyport::db
