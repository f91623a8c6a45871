#include "audit/sink/Transport.h"

#include "audit/sink/FileTransport.h"
#include "audit/sink/HttpTransport.h"
#include "audit/sink/SyslogTransport.h"

namespace sallyport::audit::sink {

std::unique_ptr<Transport> makeTransport(const SinkSpec& spec)
{
    switch (spec.way) {
    case Way::File:
        return std::make_unique<FileTransport>(spec);
    case Way::SyslogUdp:
        return std::make_unique<SyslogDatagrams>(spec);
    case Way::SyslogTcp:
    case Way::SyslogTls:
        return std::make_unique<SyslogStream>(spec);
    case Way::Hec:
    case Way::Elastic:
    case Way::Http:
        return std::make_unique<HttpTransport>(spec);
    }
    return nullptr;
}

} // namespace sallyport::audit::sink
