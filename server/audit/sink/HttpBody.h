// HttpBody: batches of records in the shapes that HTTP receivers take, and what their answers say.
// Pure: bytes in, bytes out.
#pragma once

#include "audit/sink/Outgoing.h"
#include "audit/sink/SinkSpec.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::audit::sink {

/// `way` is one of the HTTP ways.
[[nodiscard]] std::string httpBody(const SinkSpec& spec, std::span<const Outgoing> records);
[[nodiscard]] std::string_view httpContentType(const SinkSpec& spec);
/// Value of Authorization for that receiver.
[[nodiscard]] std::string httpAuthorization(Way way, const std::string& token);

/// What became of one record of a `_bulk` request.
struct BulkItem {
    enum class Fate : std::uint8_t { Taken, Again, Rejected } fate = Fate::Taken;
    std::string why;
};
/// One per record, in their order; nothing if the answer is no answer to a `_bulk` request. 409: it
/// is there already, so taken.
[[nodiscard]] std::optional<std::vector<BulkItem>> bulkItems(const std::string& body);

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
    enum class Connection : std::uint8_t { Kept, Ends } connection = Connection::Kept;
};

/// Reads an HTTP/1.1 answer (RFC 9112) from pieces as they come.
class HttpAnswerReader {
public:
    static constexpr std::size_t MaxHead = 64 * 1024;
    static constexpr std::size_t MaxBody = 64 * 1024 * 1024;

    /// True when the answer is whole. Throws SinkError when it is none.
    [[nodiscard]] bool take(std::string_view bytes);
    /// The peer has ended. True when that ends the answer; otherwise it is cut off.
    [[nodiscard]] bool takeEnd();
    [[nodiscard]] const HttpAnswer& answer() const { return answer_; }

private:
    enum class Framing : std::uint8_t { Length, Chunked, UntilEnd };

    [[nodiscard]] bool readHead();
    [[nodiscard]] bool readBody();
    [[nodiscard]] bool readChunks();

    std::string received_;
    bool headRead_ = false;
    Framing framing_ = Framing::UntilEnd;
    std::size_t length_ = 0;
    HttpAnswer answer_;
};

} // namespace sallyport::audit::sink
