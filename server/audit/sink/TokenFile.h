// TokenFile: a secret that a receiver asks for, from a file that others cannot read.
#pragma once

#include <filesystem>
#include <string>

namespace sallyport::audit::sink {

/// The first line. Throws SinkError, whose text does not have the token, also when others than the
/// file's owner and group could read it.
[[nodiscard]] std::string readToken(const std::filesystem::path& file);

} // namespace sallyport::audit::sink
