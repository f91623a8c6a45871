// LogReaders: readers of the audit log that wait for the next question, so that it need not open
// and learn everything anew.
//
// A reader is used by one thread at a time and keeps files open; a file that is no longer written
// is to be sealed, which needs it for itself: readers that wait are closed when a new file was
// begun, and when nobody asked for some minutes. What they know of the file that is written they
// share, and it goes with the last of them. Safe for several threads at once.
#pragma once

#include "admin/api/ApiError.h"
#include "db/AuditFigures.h"
#include "db/AuditMemory.h"
#include "db/AuditReader.h"
#include "db/AuditSearch.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport::admin::audit {

class LogReaders {
public:
    static constexpr std::size_t MostAtOnce = 12;
    static constexpr std::size_t MostWaiting = 3; ///< of each kind

    /// Lends a reader until it goes out of scope.
    template <class Reader>
    class Loan {
    public:
        Loan(LogReaders& from, std::unique_ptr<Reader> reader)
            : from_(&from), reader_(std::move(reader))
        {}
        Loan(Loan&& other) noexcept
            : from_(std::exchange(other.from_, nullptr)), reader_(std::move(other.reader_))
        {}
        Loan& operator=(Loan&&) = delete;
        ~Loan()
        {
            if (from_)
                from_->giveBack(std::move(reader_));
        }
        Reader* operator->() const { return reader_.get(); }
        Reader& operator*() const { return *reader_; }

    private:
        LogReaders* from_;
        std::unique_ptr<Reader> reader_;
    };

    explicit LogReaders(std::filesystem::path folder);
    ~LogReaders();
    LogReaders(const LogReaders&) = delete;
    LogReaders& operator=(const LogReaders&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    // Throw ApiError (Busy) when MostAtOnce are lent, and DatabaseError.
    [[nodiscard]] Loan<db::AuditSearch> search() { return lend(searches_); }
    [[nodiscard]] Loan<db::AuditFigures> figures() { return lend(figures_); }
    [[nodiscard]] Loan<db::AuditReader> reader() { return lend(readers_); }

private:
    using Clock = std::chrono::steady_clock;
    template <class Reader>
    struct Waiting {
        std::unique_ptr<Reader> reader;
        Clock::time_point since;
    };
    template <class Reader>
    using Shelf = std::vector<Waiting<Reader>>;

    template <class Reader>
    Loan<Reader> lend(Shelf<Reader>& shelf);
    template <class Reader>
    [[nodiscard]] std::unique_ptr<Reader> open();
    void giveBack(std::unique_ptr<db::AuditSearch> reader) { put(searches_, std::move(reader)); }
    void giveBack(std::unique_ptr<db::AuditFigures> reader) { put(figures_, std::move(reader)); }
    void giveBack(std::unique_ptr<db::AuditReader> reader) { put(readers_, std::move(reader)); }
    template <class Reader>
    void put(Shelf<Reader>& shelf, std::unique_ptr<Reader> reader);
    void closeOld(const std::stop_token& stop);
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] std::filesystem::path newestFile() const;

    std::filesystem::path folder_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::size_t lent_ = 0;
    std::filesystem::path newest_;          ///< when a reader was put here last
    std::weak_ptr<db::AuditMemory> memory_; ///< shared by all that there are
    Shelf<db::AuditSearch> searches_;
    Shelf<db::AuditFigures> figures_;
    Shelf<db::AuditReader> readers_;
    std::jthread closer_;
};

} // namespace sallyport::admin::audit
