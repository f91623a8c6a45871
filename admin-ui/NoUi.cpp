// The table of the web UI's files in a build without it: empty.
#include "admin/site/UiFiles.h"

namespace sallyport::admin::site {

std::span<const UiFile> uiFiles()
{
    return {};
}

} // namespace sallyport::admin::site
