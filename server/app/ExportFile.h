// ExportFile: where an export goes: standard output, or a file that a later export goes on with.
//
// Knows of formats only how a line tells its seq.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

class ExportFile {
public:
    enum class Begin : std::uint8_t { Anew, Resume };

    /// Standard output.
    ExportFile();
    /// Makes the file, readable by its owner only. Resume: takes off what is not a whole line at
    /// its end. Throws CommandRefused; also where there is a file already that is not to be
    /// resumed.
    ExportFile(const std::filesystem::path& file, std::string_view format, Begin begin);
    ExportFile(const ExportFile&) = delete;
    ExportFile& operator=(const ExportFile&) = delete;
    ~ExportFile();

    /// Of the last line that was there; missing: there is none.
    [[nodiscard]] std::optional<std::uint64_t> lastSeq() const { return lastSeq_; }
    /// Whether nothing was there, a header neither.
    [[nodiscard]] bool isNew() const { return isNew_; }

    /// Throws CommandRefused.
    void write(std::string_view text);
    /// All is where it belongs: a file on its disk. Throws CommandRefused.
    void finish();

private:
    [[noreturn]] void refuse(const std::string& what) const;
    void resume(std::string_view format);

    std::string name_;
    int descriptor_;
    bool isNew_ = true;
    std::optional<std::uint64_t> lastSeq_;
};

} // namespace sallyport::app
