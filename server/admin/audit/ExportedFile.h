// ExportedFile: a new file that an export is written to, readable by its owner only, with its
// SHA-256.
#pragma once

#include "db/ContentHash.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace sallyport::admin::audit {

class ExportedFile {
public:
    /// Makes it. These throw std::system_error.
    explicit ExportedFile(std::filesystem::path file);
    /// Removes it, unless it was finished.
    ~ExportedFile();
    ExportedFile(const ExportedFile&) = delete;
    ExportedFile& operator=(const ExportedFile&) = delete;

    void write(std::string_view text);
    /// All is on the disk.
    void finish();

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// Hexadecimal; once, of the finished file.
    [[nodiscard]] std::string sha256() { return hash_.finish(); }

private:
    const std::filesystem::path file_;
    int descriptor_;
    std::uint64_t bytes_ = 0;
    db::ContentHash hash_;
    enum class State : std::uint8_t { Written, Finished } state_ = State::Written;
};

} // namespace sallyport::admin::audit
