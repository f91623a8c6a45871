// TemporaryFolder: a directory that exists as long as its owner. Knows nothing of what is in it.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::test {

class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string file(std::string_view name) const;
    /// Writes `text` to the file of that name and returns its path.
    std::string write(std::string_view name, std::string_view text) const;

private:
    std::string path_;
};

} // namespace sallyport::test
