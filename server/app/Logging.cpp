#include "app/Logging.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/FileChannel.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/PatternFormatter.h>

#include <iostream>

namespace sallyport::app {

void startLogging(const Settings& settings)
{
    Poco::AutoPtr<Poco::Channel> channel;
    if (settings.logFile == "-")
        channel = new Poco::ConsoleChannel(std::cerr);
    else
        channel = new Poco::FileChannel(settings.logFile.string());
    const Poco::AutoPtr<Poco::PatternFormatter> formatter(
        new Poco::PatternFormatter("%Y-%m-%dT%H:%M:%S.%iZ %p %s: %t"));
    const Poco::AutoPtr<Poco::FormattingChannel> formatting(
        new Poco::FormattingChannel(formatter, channel));
    Poco::Logger::root().setChannel(formatting);
    setLogLevel(settings.logLevel);
}

void setLogLevel(LogLevel level)
{
    Poco::Logger::setLevel("", Poco::Message::PRIO_INFORMATION);
    switch (level) {
    case LogLevel::Error:
        Poco::Logger::setLevel("", Poco::Message::PRIO_ERROR);
        break;
    case LogLevel::Warning:
        Poco::Logger::setLevel("", Poco::Message::PRIO_WARNING);
        break;
    case LogLevel::Information:
        break;
    case LogLevel::Debug:
        Poco::Logger::setLevel("", Poco::Message::PRIO_DEBUG);
        break;
    }
}

} // namespace sallyport::app
