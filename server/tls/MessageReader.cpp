#include "tls/MessageReader.h"

namespace sallyport::tls {

namespace {

constexpr std::size_t MaxFragmentBytes = 16 * 1024;

} // namespace

std::size_t MessageReader::nextRecordType()
{
    if (fragmentBytes_ > 0)
        return static_cast<std::size_t>(type_);
    if (good() && rest_.empty())
        state_ = State::NeedMore;
    return good() ? static_cast<unsigned char>(rest_.front()) : 0;
}

std::size_t MessageReader::partEnd(int lengthBytes, std::size_t outerEnd)
{
    refuseIf(position_ + static_cast<std::size_t>(lengthBytes) > outerEnd);
    const std::size_t partBytes = number(lengthBytes);
    const std::size_t end = position_ + partBytes;
    refuseIf(end > outerEnd);
    return good() ? end : position_;
}

void MessageReader::enterOnlyPart(int lengthBytes, std::size_t outerEnd)
{
    refuseIf(partEnd(lengthBytes, outerEnd) != outerEnd || position_ == outerEnd);
}

void MessageReader::skipTo(std::size_t end)
{
    while (good() && position_ < end)
        (void)piece(end - position_);
}

void MessageReader::readTo(std::size_t end, std::string& into)
{
    while (good() && position_ < end) {
        const auto some = piece(end - position_);
        if (good())
            into += some;
    }
}

void MessageReader::readTo(std::size_t end, std::vector<std::uint16_t>& into)
{
    refuseIf(position_ > end || (end - position_) % 2 != 0);
    if (good())
        into.reserve((end - position_) / 2);
    while (good() && position_ < end)
        into.push_back(number16());
}

void MessageReader::readTo(std::size_t end, std::vector<std::uint8_t>& into)
{
    if (good())
        into.reserve(end - position_);
    while (good() && position_ < end)
        into.push_back(nextByte());
}

std::string_view MessageReader::piece(std::size_t most)
{
    using std::string_view_literals::operator""sv;
    if (good() && fragmentBytes_ == 0)
        readRecordHeader();
    if (good() && rest_.empty())
        state_ = State::NeedMore;
    if (!good())
        return "\0"sv;
    const auto some = rest_.substr(0, std::min(most, fragmentBytes_));
    rest_.remove_prefix(some.size());
    fragmentBytes_ -= some.size();
    position_ += some.size();
    return some;
}

/// RFC 8446 §5.1: no other records in between, no empty fragments.
void MessageReader::readRecordHeader()
{
    refuseIf(headerByte() != static_cast<std::size_t>(type_));
    refuseIf(headerByte() != MajorVersion);
    (void)headerByte();
    const std::size_t high = headerByte();
    refuseIf(high << 8 > MaxFragmentBytes);
    fragmentBytes_ = high << 8 | headerByte();
    refuseIf(fragmentBytes_ == 0 || fragmentBytes_ > MaxFragmentBytes);
}

std::size_t MessageReader::headerByte()
{
    if (good() && rest_.empty())
        state_ = State::NeedMore;
    if (!good())
        return 0;
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
}

} // namespace sallyport::tls
