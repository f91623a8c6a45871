// ConvertCommand: `sallyport policy convert`: another proxy's access rules as a policy document.
#pragma once

namespace sallyport::app {

class CommandLine;

void addConvertOptions(CommandLine& line);
/// The document goes to standard output or a file, the report to standard error. Returns the exit
/// code: refused if something could not be converted.
[[nodiscard]] int runConvert(CommandLine& line);

} // namespace sallyport::app
