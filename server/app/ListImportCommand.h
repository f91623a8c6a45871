// ListImportCommand: `sallyport list import`.
#pragma once

namespace sallyport::app {

class CommandLine;

void addListImportOptions(CommandLine& line);
[[nodiscard]] int runListImport(CommandLine& line);

} // namespace sallyport::app
