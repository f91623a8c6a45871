#include "app/Serve.h"

#include "app/Logging.h"
#include "app/Server.h"
#include "app/Settings.h"

#include <iostream>
#include <utility>

namespace sallyport::app {

int runServe(std::span<const std::string> arguments)
{
    if (const auto text = textAskedFor(arguments)) {
        std::cout << *text;
        return 0;
    }
    auto sources = SettingSources::ofProcess(arguments);
    Settings settings;
    try {
        settings = readSettings(sources);
    } catch (const SettingsError& problem) {
        std::cerr << problem.what() << "\nsallyport serve --help lists the settings.\n";
        return 2;
    }
    startLogging(settings);
    blockHandledSignals(); // before any thread is started: all inherit it
    Server server(std::move(settings), std::move(sources));
    server.run();
    return 0;
}

} // namespace sallyport::app
