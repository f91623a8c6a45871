// ReadImport: reads the file of an import, and works out what applying it would change. Changes
// nothing itself.
#pragma once

#include "admin/lists/Imports.h"

#include <filesystem>
#include <istream>
#include <string_view>

namespace sallyport::admin::lists {

class ReadImport {
public:
    /// Of lists in `policyFile`.
    ReadImport(Import& import, const std::filesystem::path& policyFile);

    /// The file in pieces. Throws policy::PolicyError, and ApiError when the import was dropped.
    void take(std::string_view bytes);
    /// The import is ready afterwards. Throws as take(), and policy::TooManyRejected.
    void finish();

private:
    Import& import_;
    const std::filesystem::path& policyFile_;
    policy::ListReader reader_;
    std::uint64_t bytes_ = 0;
};

/// All of a body; the import is ready or refused afterwards. Throws ApiError: Validation with the
/// member "import" when it was refused, BadRequest when the body ended too early.
void readImport(Import& import, const std::filesystem::path& policyFile, std::istream& body,
                std::uint64_t mostBytes);
/// Has `read` done, which gives the file to a ReadImport; notes in the import why it failed, and
/// throws on.
template <class Read>
void noteRefusal(Import& import, Read read)
{
    try {
        read();
    } catch (const policy::TooManyRejected& problem) {
        import.setRefused(problem.what(), problem.counts());
        throw;
    } catch (const std::exception& problem) {
        import.setRefused(problem.what(), {});
        throw;
    }
}

} // namespace sallyport::admin::lists
