// MessageReader: the bytes of TLS messages, over the edges of the records they come in (RFC 8446
// §5.1, RFC 5246 §6.2.1).
//
// For the parsers of this room. Stops for good at the first byte that is missing or wrong:
// everything read then is 0, so that a parser need not ask after every field.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tls {

enum class RecordType : std::uint8_t { ChangeCipherSpec = 20, Alert = 21, Handshake = 22 };

/// The upper byte of the version of SSL 3 and every TLS.
inline constexpr std::size_t MajorVersion = 3;
/// Of a hello.
inline constexpr std::size_t RandomBytes = 32;
inline constexpr std::size_t MaxSessionIdBytes = 32;
/// More extensions than that in one message are taken for a broken one.
inline constexpr std::size_t MaxExtensions = 128;

class MessageReader {
public:
    enum class State : std::uint8_t { Good, NeedMore, Refused };

    /// Reads records of type Handshake until told otherwise.
    explicit MessageReader(std::string_view stream) : rest_(stream) {}

    [[nodiscard]] bool good() const { return state_ == State::Good; }
    [[nodiscard]] State state() const { return state_; }
    /// In bytes of messages.
    [[nodiscard]] std::size_t position() const { return position_; }

    void refuseIf(bool wrong)
    {
        if (wrong && good())
            state_ = State::Refused;
    }

    /// What kind of record the next byte lies in: whatever number stands there, 0 for none.
    std::size_t nextRecordType();
    /// Every record that begins from here on must be one of these.
    void setRecordType(RecordType type) { type_ = type; }

    std::size_t number(int bytes)
    {
        std::size_t value = 0;
        for (; bytes > 0; --bytes)
            value = value << 8 | nextByte();
        return value;
    }
    std::uint16_t number16() { return static_cast<std::uint16_t>(number(2)); }

    /// Where a part ends that begins with its length; `outerEnd`: of what it lies in.
    std::size_t partEnd(int lengthBytes, std::size_t outerEnd);
    /// Likewise of a part that fills what it lies in, and is not empty.
    void enterOnlyPart(int lengthBytes, std::size_t outerEnd);

    void skipTo(std::size_t end);
    void readTo(std::size_t end, std::string& into);
    /// An odd number of bytes is refused.
    void readTo(std::size_t end, std::vector<std::uint16_t>& into);
    void readTo(std::size_t end, std::vector<std::uint8_t>& into);

    /// Calls `readOne(type, end)` for each extension up to `end`, which may read up to the end it
    /// is given. Two of one type are refused (RFC 8446 §4.2). `types` collects them in order.
    template <class ReadOne>
    void readExtensions(std::size_t end, std::vector<std::uint16_t>& types, ReadOne&& readOne)
    {
        while (good() && position_ < end) {
            refuseIf(end - position_ < ExtensionHeaderBytes);
            const std::uint16_t type = number16();
            refuseIf(types.size() == MaxExtensions ||
                     std::ranges::find(types, type) != types.end());
            const std::size_t extensionEnd = partEnd(2, end);
            if (!good())
                return;
            types.push_back(type);
            readOne(type, extensionEnd);
            skipTo(extensionEnd);
        }
    }

private:
    static constexpr std::size_t ExtensionHeaderBytes = 4;

    unsigned char nextByte()
    {
        if (fragmentBytes_ == 0 || rest_.empty() || !good())
            return static_cast<unsigned char>(piece(1).front());
        const auto value = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        --fragmentBytes_;
        ++position_;
        return value;
    }
    /// From one to `most` bytes; one 0 when there are none.
    std::string_view piece(std::size_t most);
    void readRecordHeader();
    std::size_t headerByte();

    std::string_view rest_;
    std::size_t fragmentBytes_ = 0; // of the record, not read yet
    std::size_t position_ = 0;
    RecordType type_ = RecordType::Handshake;
    State state_ = State::Good;
};

} // namespace sallyport::tls
