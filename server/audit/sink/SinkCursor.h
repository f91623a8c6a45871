// SinkCursor: how far a sink has come, in a small file that is replaced as a whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace sallyport::audit::sink {

class SinkCursor {
public:
    explicit SinkCursor(std::filesystem::path file) : file_(std::move(file)) {}

    /// The seq of the last record that needs not be sent again; nothing: no file, or none of ours.
    [[nodiscard]] std::optional<std::uint64_t> read() const;
    /// Makes the folder if it is missing. Throws SinkError.
    void write(std::uint64_t seq) const;

private:
    std::filesystem::path file_;
};

} // namespace sallyport::audit::sink
