#include "audit/Journal.h"

#include "audit/EventCodec.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <random>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace sallyport::audit {
namespace {

constexpr std::size_t PageBytes = 4096;
constexpr std::array<char, 8> Magic{'S', 'P', 'J', 'O', 'U', 'R', 'N', '1'};

// In front of each record. Both are 0 where the ring's end was too near: go on at its beginning.
struct Frame {
    std::uint32_t size = 0;
    std::uint32_t check = 0; ///< of id, position and record: no older one is taken for it
};
constexpr std::size_t Alignment = sizeof(Frame);

std::size_t framed(std::size_t size)
{
    return sizeof(Frame) + (size + Alignment - 1) / Alignment * Alignment;
}

std::uint32_t crc(std::uint32_t seed, std::span<const std::uint8_t> bytes)
{
    return static_cast<std::uint32_t>(::crc32(seed, bytes.data(), static_cast<uInt>(bytes.size())));
}

std::uint32_t checkOf(std::uint32_t seed, std::uint64_t position,
                      std::span<const std::uint8_t> record)
{
    const auto at = std::bit_cast<std::array<std::uint8_t, sizeof position>>(position);
    return crc(crc(seed, at), record);
}

std::size_t wholePages(std::size_t bytes)
{
    return (std::max(bytes, Journal::LeastBytes) + PageBytes - 1) / PageBytes * PageBytes;
}

[[noreturn]] void fail(const std::filesystem::path& file, const char* what, int error)
{
    throw std::system_error(error, std::generic_category(),
                            "the audit journal " + file.string() + ": " + what);
}

Journal::Id randomId()
{
    std::random_device random;
    Journal::Id id{};
    for (std::size_t i = 0; i < id.size(); i += sizeof(unsigned)) {
        const unsigned word = random();
        std::memcpy(id.data() + i, &word, sizeof word);
    }
    return id;
}

} // namespace

/// The file's first page.
struct Journal::Head {
    std::array<char, 8> magic{};
    std::uint32_t format = 0;
    std::uint32_t reserved = 0;
    Id id{};
    std::uint64_t capacity = 0;
    // Each on a cache line of its own: the worker writes the one, the writer the other.
    alignas(64) std::atomic<std::uint64_t> written = 0;
    alignas(64) std::atomic<std::uint64_t> released = 0;
};

Journal::Journal(const std::filesystem::path& file, std::size_t bytes) : file_(file)
{
    static_assert(sizeof(Head) <= PageBytes && std::atomic<std::uint64_t>::is_always_lock_free);
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0)
        fail(file_, "it cannot be opened", errno);
    try {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0)
            fail(file_, "it cannot be read", errno);
        const auto size = static_cast<std::size_t>(status.st_size);
        if (size >= PageBytes + LeastBytes) {
            map(size - PageBytes);
            const bool ours = head_->magic == Magic && head_->capacity == capacity_;
            if (ours && head_->format == EventFormat)
                return;
            if (ours && head_->written != head_->released)
                throw std::runtime_error("the audit journal " + file_.string() +
                                         " holds records of another version of sallyport: start "
                                         "and stop that version once, "
                                         "so that it stores them");
        }
        restart(bytes);
    } catch (...) {
        unmap();
        ::close(descriptor_);
        throw;
    }
}

Journal::Journal(std::size_t bytes)
{
    map(wholePages(bytes));
    begin();
}

Journal::~Journal()
{
    unmap();
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

void Journal::map(std::size_t bytes)
{
    const int flags = descriptor_ < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* const memory =
        ::mmap(nullptr, PageBytes + bytes, PROT_READ | PROT_WRITE, flags, descriptor_, 0);
    if (memory == MAP_FAILED)
        fail(file_, "it cannot be mapped into memory", errno);
    head_ = static_cast<Head*>(memory);
    ring_ = static_cast<std::uint8_t*>(memory) + PageBytes;
    capacity_ = bytes;
    seed_ = crc(0, head_->id);
}

void Journal::unmap()
{
    if (head_ != nullptr)
        ::munmap(head_, PageBytes + capacity_);
    head_ = nullptr;
}

void Journal::begin()
{
    new (head_) Head;
    head_->id = randomId();
    head_->capacity = capacity_;
    head_->format = EventFormat;
    head_->magic = Magic;
    seed_ = crc(0, head_->id);
}

void Journal::fill(std::size_t bytes)
{
    // Written, not only allocated: else the first flush of each page waits for the file system's
    // own journal.
    static const std::vector<char> zeros(1 << 20);
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0)
        fail(file_, "its size cannot be set", errno);
    for (std::size_t at = 0; at < bytes;) {
        const auto written = ::pwrite(descriptor_, zeros.data(), std::min(zeros.size(), bytes - at),
                                      static_cast<off_t>(at));
        if (written < 0)
            fail(file_, "the disk has no room for it; make room or set --audit-journal lower",
                 errno);
        at += static_cast<std::size_t>(written);
    }
}

void Journal::restart(std::size_t bytes)
{
    const std::size_t wanted = wholePages(bytes);
    if (descriptor_ >= 0 && (head_ == nullptr || wanted != capacity_)) {
        unmap();
        fill(PageBytes + wanted);
        map(wanted);
    }
    begin();
    sync();
}

const Journal::Id& Journal::id() const
{
    return head_->id;
}

bool Journal::append(std::span<const std::uint8_t> record)
{
    std::uint64_t position = head_->written.load(std::memory_order_relaxed);
    const std::size_t size = framed(record.size());
    std::size_t at = position % capacity_;
    const std::size_t skipped = capacity_ - at < size ? capacity_ - at : 0;
    if (position - head_->released.load(std::memory_order_acquire) + skipped + size > capacity_)
        return false;
    if (skipped != 0) {
        const Frame goOn;
        std::memcpy(ring_ + at, &goOn, sizeof goOn);
        position += skipped;
        at = 0;
    }
    const Frame frame{.size = static_cast<std::uint32_t>(record.size()),
                      .check = checkOf(seed_, position, record)};
    std::memcpy(ring_ + at, &frame, sizeof frame);
    std::memcpy(ring_ + at + sizeof frame, record.data(), record.size());
    head_->written.store(position + size, std::memory_order_release);
    return true;
}

std::uint64_t Journal::written() const
{
    return head_->written.load(std::memory_order_acquire);
}

std::uint64_t Journal::released() const
{
    return head_->released.load(std::memory_order_acquire);
}

std::size_t Journal::used() const
{
    const std::uint64_t begin = head_->released.load(std::memory_order_acquire);
    return head_->written.load(std::memory_order_acquire) - begin;
}

void Journal::sync()
{
    if (descriptor_ >= 0 && ::fdatasync(descriptor_) != 0)
        fail(file_, "the disk does not take it", errno);
}

std::span<const std::uint8_t> Journal::read(std::uint64_t& position) const
{
    return recordAt(position, written());
}

std::span<const std::uint8_t> Journal::recordAt(std::uint64_t& position, std::uint64_t end) const
{
    std::uint64_t begin = position;
    for (int lap = 0; lap < 2; ++lap) {
        if (begin >= end)
            return {};
        const std::size_t at = begin % capacity_;
        Frame frame;
        std::memcpy(&frame, ring_ + at, sizeof frame);
        if (frame.size == 0 && frame.check == 0 && at != 0) {
            begin += capacity_ - at;
            continue;
        }
        if (frame.size > capacity_ - at - sizeof frame || framed(frame.size) > end - begin)
            return {};
        const std::span<const std::uint8_t> record(ring_ + at + sizeof frame, frame.size);
        if (frame.check != checkOf(seed_, begin, record))
            return {};
        position = begin + framed(frame.size);
        return record;
    }
    return {};
}

void Journal::release(std::uint64_t position)
{
    head_->released.store(position, std::memory_order_release);
}

std::uint64_t Journal::recover()
{
    const std::uint64_t begin = released();
    const std::uint64_t said = written();
    std::uint64_t end = begin;
    // Not further than a lap: behind that lie the same bytes again.
    while (!recordAt(end, begin + capacity_).empty()) {
    }
    head_->written.store(end, std::memory_order_release);
    return said > end ? said - end : 0;
}

} // namespace sallyport::audit
