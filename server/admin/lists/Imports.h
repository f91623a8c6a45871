// Imports: files that are being read into a destination list, and previews that wait to be applied.
//
// In memory only: what nobody applies in time is dropped, and nothing has changed. Knows no
// database. Safe for several threads at once.
#pragma once

#include "admin/api/Answer.h"
#include "admin/lists/EntrySet.h"
#include "admin/lists/Feed.h"
#include "policy/ListReader.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::lists {

/// Whether what was read takes the place of what the list holds.
enum class ImportMode : std::uint8_t { Replace, Add };

class Import {
public:
    enum class State : std::uint8_t { Reading, Ready, Refused };

    struct Plan {
        std::string id;
        std::string list;
        ImportMode mode = ImportMode::Replace;
        FileForm form;
        std::string source; ///< the file's name, or where it is fetched from
        std::string who;
        std::optional<std::uint64_t> totalBytes;
    };
    /// What applying it does.
    struct Preview {
        policy::ImportedList content; ///< that the list will hold
        policy::ImportCounts counts;  ///< of the file
        std::uint32_t baseVersion = 0;
        EntryDifference difference; ///< against that version
    };

    explicit Import(Plan plan) : plan_(std::move(plan)) {}

    [[nodiscard]] const Plan& plan() const { return plan_; }

    // By the one who reads.

    void noteProgress(std::uint64_t bytes, const policy::ListReader& reader);
    /// Throws ApiError when somebody dropped it.
    void throwIfDropped() const;
    void setReady(Preview preview);
    void setRefused(std::string why, policy::ImportCounts counts);

    // By anybody.

    void drop() { dropped_ = true; }
    [[nodiscard]] State state() const;
    /// Null unless it is ready; stays as it is then.
    [[nodiscard]] std::shared_ptr<const Preview> preview() const;
    [[nodiscard]] Poco::JSON::Object json() const;
    /// Those that are kept, as CSV.
    [[nodiscard]] std::string rejectedCsv() const;

private:
    friend class Imports;

    const Plan plan_;
    const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
    std::atomic<std::uint64_t> bytes_{0}, lines_{0}, rejected_{0}, entries_{0};
    std::atomic<bool> dropped_{false};

    mutable std::mutex mutex_; // guards what follows
    State state_ = State::Reading;
    std::chrono::system_clock::time_point ended_;
    std::shared_ptr<const Preview> preview_;
    std::string problem_;
    policy::ImportCounts counts_;
};

class Imports {
public:
    /// Of all lists together: each ready one holds its entries in memory.
    static constexpr std::size_t MostKept = 6;
    static constexpr std::size_t MostReading = 3;
    static constexpr std::chrono::minutes KeptFor{30};

    /// An empty id in the plan: one is made. Throws ApiError: Busy, or Conflict when the id is
    /// taken.
    std::shared_ptr<Import> begin(Import::Plan plan);
    /// Null: there is none.
    [[nodiscard]] std::shared_ptr<Import> find(const std::string& list, const std::string& id);
    [[nodiscard]] std::vector<std::shared_ptr<Import>> of(const std::string& list);
    void drop(const std::shared_ptr<Import>& import);
    /// All of a list that there is no more.
    void dropAll(const std::string& list);

private:
    void dropOld();

    std::mutex mutex_;
    std::list<std::shared_ptr<Import>> imports_; ///< oldest first
};

} // namespace sallyport::admin::lists
