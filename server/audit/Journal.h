// Journal: one worker's records on their way to the store: a ring in a file that is mapped into
// memory.
//
// What append() has taken is out of the process: a process that is killed loses none of it. sync()
// brings it to the disk, so that a machine that stops loses none either. One thread appends,
// another syncs, reads and releases; neither takes a lock. The file has its whole size from the
// beginning: a disk that fills up later takes nothing from it. Positions are bytes since the
// journal began and never go back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace sallyport::audit {

class Journal {
public:
    using Id = std::array<std::uint8_t, 16>;

    static constexpr std::size_t LeastBytes = 256 * 1024;

    /// Opens or makes `file`, readable by its owner only. A file that holds records keeps its size;
    /// restart() gives it `bytes` then. Throws std::system_error (no room, not permitted), or
    /// std::runtime_error for a file of another format that still holds records.
    Journal(const std::filesystem::path& file, std::size_t bytes);
    /// In memory alone: lost with the process.
    explicit Journal(std::size_t bytes);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    [[nodiscard]] const Id& id() const;
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

    // The worker's thread.

    /// False: there is no room for it now. `record` must be shorter than a quarter of the capacity.
    [[nodiscard]] bool append(std::span<const std::uint8_t> record);

    // Any thread.

    [[nodiscard]] std::uint64_t written() const;
    [[nodiscard]] std::size_t used() const;

    // The threads behind the worker.

    /// Waits until all that was written before this call is on the disk. Throws std::system_error.
    /// May be called on another thread than the members below.
    void sync();
    /// Where the records begin that are not released.
    [[nodiscard]] std::uint64_t released() const;
    /// The record at `position`, which becomes the next one's; empty: nothing is there (yet), or
    /// nothing that can be read. Valid until it is released.
    [[nodiscard]] std::span<const std::uint8_t> read(std::uint64_t& position) const;
    /// Gives the room before `position` back.
    void release(std::uint64_t position);

    // At a start, while nobody appends.

    /// Finds what an earlier run has left, also after the machine stopped, when written() may be
    /// older than some records. Returns how many bytes that were written cannot be read.
    std::uint64_t recover();
    /// Empty, with a new id and, if `bytes` is another size, that one. Throws std::system_error.
    void restart(std::size_t bytes);

private:
    struct Head;

    void fill(std::size_t bytes);
    void map(std::size_t bytes);
    void unmap();
    void begin();
    [[nodiscard]] std::span<const std::uint8_t> recordAt(std::uint64_t& position,
                                                         std::uint64_t end) const;

    std::filesystem::path file_;
    int descriptor_ = -1;
    Head* head_ = nullptr;
    std::uint8_t* ring_ = nullptr;
    std::size_t capacity_ = 0;
    std::uint32_t seed_ = 0; ///< of the records' checks: made of the id
};

} // namespace sallyport::audit
