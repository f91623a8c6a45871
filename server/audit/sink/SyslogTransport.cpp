#include "audit/sink/SyslogTransport.h"

#include "audit/sink/Addresses.h"
#include "audit/sink/SyslogMessage.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Net/DatagramSocket.h>

#include <cerrno>

namespace sallyport::audit::sink {
namespace {

// Of an IPv4 datagram without options.
constexpr std::size_t MaxDatagram = 65'507;

} // namespace

struct SyslogDatagrams::Socket {
    Poco::Net::DatagramSocket socket;
};

SyslogDatagrams::SyslogDatagrams(const SinkSpec& spec) : spec_(spec) {}
SyslogDatagrams::~SyslogDatagrams() = default;

std::size_t SyslogDatagrams::send(std::span<const Outgoing> records, const Wait& wait)
{
    tooLarge_ = 0;
    try {
        if (!socket_) {
            const auto address = addressesOf(spec_.peer, wait).front();
            auto socket = std::make_unique<Socket>();
            socket->socket = Poco::Net::DatagramSocket(address.family());
            socket->socket.connect(address);
            socket_ = std::move(socket);
        }
        for (const Outgoing& record : records)
            sendOne(record);
    } catch (const Poco::Exception& error) {
        socket_.reset(); // the name may have another address by now
        throw SinkError("cannot send to " + spec_.peer.host + ": " + error.displayText());
    }
    return tooLarge_;
}

void SyslogDatagrams::sendOne(const Outgoing& record)
{
    const std::string message = syslogMessage(record, spec_.facility);
    if (message.size() > MaxDatagram) {
        ++tooLarge_;
        Poco::Logger::get("audit").warning("sink %s: record %s is too large for a datagram",
                                           spec_.name, record.id);
        return;
    }
    socket_->socket.sendBytes(message.data(), static_cast<int>(message.size()));
}

std::size_t SyslogStream::send(std::span<const Outgoing> records, const Wait& wait)
{
    try {
        if (stream_ && timesSettled_ < SettledForGood)
            requireAlive();
        else if (stream_ && stream_->hasInput())
            stream_.reset(); // nothing was under way: many receivers end idle connections
        if (!stream_)
            stream_ = std::make_unique<OutgoingStream>(spec_.peer, wait);
        timesSettled_ = 0;
        std::string text;
        for (const Outgoing& record : records)
            appendCounted(text, syslogMessage(record, spec_.facility));
        stream_->write(text, wait);
    } catch (const SinkError&) {
        stream_.reset();
        throw;
    }
    return 0;
}

bool SyslogStream::isSettled()
{
    if (!stream_)
        return false;
    try {
        requireAlive();
    } catch (const SinkError&) {
        stream_.reset();
        throw;
    }
    if (stream_->unconfirmedBytes() != 0)
        return false;
    ++timesSettled_;
    return true;
}

// A syslog receiver says nothing: what can be read is its end.
void SyslogStream::requireAlive()
{
    if (stream_->hasInput())
        throw SinkError(spec_.peer.host + " ended the connection");
}

} // namespace sallyport::audit::sink
