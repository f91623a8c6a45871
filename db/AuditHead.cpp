#include "db/AuditHead.h"

#include "db/DatabaseError.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace sallyport::db {
namespace {

constexpr std::size_t SeqBytes = 8;
constexpr std::size_t CheckedBytes = SeqBytes + std::tuple_size_v<ChainLink>;
using Contents = std::array<std::uint8_t, CheckedBytes + 4>;

void putNumber(std::span<std::uint8_t> bytes, std::uint64_t number)
{
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(number);
        number >>= 8;
    }
}

std::uint64_t numberIn(std::span<const std::uint8_t> bytes)
{
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

std::uint64_t checksumOf(const Contents& contents)
{
    return crc32(0, contents.data(), CheckedBytes);
}

} // namespace

std::optional<ChainPlace> readAuditHead(const std::filesystem::path& folder)
{
    const int descriptor = ::open((folder / AuditHeadName).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return std::nullopt;
    Contents contents{};
    const ssize_t size = ::pread(descriptor, contents.data(), contents.size(), 0);
    ::close(descriptor);
    const std::span<const std::uint8_t> bytes(contents);
    if (size != static_cast<ssize_t>(contents.size()) ||
        numberIn(bytes.subspan(CheckedBytes)) != checksumOf(contents))
        return std::nullopt;
    ChainPlace place;
    place.seq = numberIn(bytes.first(SeqBytes));
    std::ranges::copy(bytes.subspan(SeqBytes, place.link.size()), place.link.begin());
    return place;
}

AuditHead::AuditHead(const std::filesystem::path& folder)
    : descriptor_(::open((folder / AuditHeadName).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600))
{
    if (descriptor_ < 0)
        throw DatabaseError(DatabaseError::Kind::CannotOpen,
                            (folder / AuditHeadName).string() + ": cannot be opened (" +
                                std::generic_category().message(errno) +
                                "); check the owner and mode of the folder");
}

AuditHead::~AuditHead()
{
    ::close(descriptor_);
}

void AuditHead::write(const ChainPlace& place) noexcept
{
    Contents contents{};
    const std::span<std::uint8_t> bytes(contents);
    putNumber(bytes.first(SeqBytes), place.seq);
    std::ranges::copy(place.link, bytes.subspan(SeqBytes).begin());
    putNumber(bytes.subspan(CheckedBytes), checksumOf(contents));
    static_cast<void>(!::pwrite(descriptor_, contents.data(), contents.size(), 0));
}

} // namespace sallyport::db
