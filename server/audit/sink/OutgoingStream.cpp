#include "audit/sink/OutgoingStream.h"

#include "audit/sink/Addresses.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <sys/ioctl.h>

#include <algorithm>
#include <string>

namespace sallyport::audit::sink {
namespace {

using Poco::Net::Socket;

constexpr std::chrono::milliseconds Slice{100}; // how soon a stop is noticed
// A name with several addresses must not wait for one that is dead until all time is gone.
constexpr std::chrono::seconds OneAddress{3};

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
    void operator()(SSL* session) const { SSL_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Session = std::unique_ptr<SSL, FreeSession>;

std::string placeOf(const Peer& peer)
{
    return peer.host + " port " + std::to_string(peer.port);
}

// The oldest error of OpenSSL's list; empties the list.
std::string sslReason()
{
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return text ? text : "the connection ended";
}

void requireRead(int done, const std::filesystem::path& file)
{
    if (done != 1)
        throw SinkError("cannot use " + file.string() + ": " + sslReason());
}

Context makeContext(const Peer& peer)
{
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context)
        throw SinkError("no TLS: " + sslReason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (peer.authority.empty())
        SSL_CTX_set_default_verify_paths(context.get());
    else
        requireRead(SSL_CTX_load_verify_locations(context.get(), peer.authority.c_str(), nullptr),
                    peer.authority);
    if (!peer.own.empty()) {
        requireRead(SSL_CTX_use_certificate_chain_file(context.get(), peer.own.c_str()), peer.own);
        requireRead(
            SSL_CTX_use_PrivateKey_file(context.get(), peer.privateKey.c_str(), SSL_FILETYPE_PEM),
            peer.privateKey);
    }
    return context;
}

void expectName(SSL* session, const std::string& name)
{
    Poco::Net::IPAddress address;
    if (Poco::Net::IPAddress::tryParse(name, address)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str());
        return;
    }
    SSL_set1_host(session, name.c_str());
    SSL_set_tlsext_host_name(session, name.c_str());
}

} // namespace

struct OutgoingStream::State {
    Poco::Net::StreamSocket socket;
    Session session; // null: not TLS

    void await(int mode, const Wait& wait, const char* what)
    {
        while (!socket.poll(Poco::Timespan(0, std::chrono::microseconds(Slice).count()), mode))
            if (wait.isOver())
                throw SinkError(std::string("the receiver took too long to ") + what);
    }

    void connect(const Peer& peer, const Poco::Net::SocketAddress& address, const Wait& wait)
    {
        socket = Poco::Net::StreamSocket();
        socket.connectNB(address);
        await(Socket::SELECT_WRITE, wait, "accept a connection");
        if (const int error = socket.impl()->socketError(); error != 0)
            throw SinkError("cannot connect to " + placeOf(peer) + ": " +
                            std::generic_category().message(error));
        socket.setBlocking(false);
        socket.setNoDelay(true);
        socket.setKeepAlive(true);
    }

    void connectToAny(const Peer& peer, const Wait& wait)
    {
        const auto addresses = addressesOf(peer, wait);
        for (const auto& address : addresses) {
            Wait part = wait;
            if (addresses.size() > 1)
                part.deadline =
                    std::min(wait.deadline, std::chrono::steady_clock::now() + OneAddress);
            try {
                return connect(peer, address, part);
            } catch (const SinkError&) {
                if (&address == &addresses.back() || wait.isOver())
                    throw;
            }
        }
    }

    // Repeats an operation of OpenSSL until it is done; false: the peer has ended.
    template <class Operation>
    int repeat(Operation operation, const Wait& wait, const char* what)
    {
        for (;;) {
            ERR_clear_error();
            const int result = operation();
            if (result > 0)
                return result;
            switch (SSL_get_error(session.get(), result)) {
            case SSL_ERROR_WANT_READ:
                await(Socket::SELECT_READ, wait, what);
                break;
            case SSL_ERROR_WANT_WRITE:
                await(Socket::SELECT_WRITE, wait, what);
                break;
            case SSL_ERROR_ZERO_RETURN:
                return 0;
            default:
                throw SinkError(std::string("TLS failed: ") + sslReason());
            }
        }
    }

    void handshake(const Peer& peer, const Wait& wait)
    {
        const Context context = makeContext(peer);
        session.reset(SSL_new(context.get()));
        SSL_set_fd(session.get(), socket.impl()->sockfd());
        expectName(session.get(), peer.name);
        try {
            if (repeat([&] { return SSL_connect(session.get()); }, wait, "make TLS") == 0)
                throw SinkError("TLS failed: the receiver ended it");
        } catch (const SinkError& error) {
            const long verified = SSL_get_verify_result(session.get());
            if (verified != X509_V_OK)
                throw SinkError("the certificate of " + peer.name +
                                " is not accepted: " + X509_verify_cert_error_string(verified));
            throw;
        }
    }

    std::size_t writeSome(std::string_view bytes, const Wait& wait)
    {
        if (session)
            return static_cast<std::size_t>(repeat(
                [&] {
                    return SSL_write(session.get(), bytes.data(), static_cast<int>(bytes.size()));
                },
                wait, "take records"));
        await(Socket::SELECT_WRITE, wait, "take records");
        return static_cast<std::size_t>(
            std::max(0, socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()))));
    }
};

OutgoingStream::OutgoingStream(const Peer& peer, const Wait& wait)
    : state_(std::make_unique<State>())
{
    try {
        state_->connectToAny(peer, wait);
        if (peer.security == Security::Tls)
            state_->handshake(peer, wait);
    } catch (const Poco::Exception& error) {
        throw SinkError("cannot connect to " + placeOf(peer) + ": " + error.displayText());
    }
}

OutgoingStream::~OutgoingStream()
{
    if (state_->session)
        SSL_shutdown(state_->session.get()); // says it, waits for nothing
}

void OutgoingStream::write(std::string_view bytes, const Wait& wait)
{
    constexpr std::size_t Piece = 256 * 1024;
    try {
        while (!bytes.empty()) {
            const std::size_t count = state_->writeSome(bytes.substr(0, Piece), wait);
            if (count == 0 && state_->session)
                throw SinkError("the receiver ended the connection");
            bytes.remove_prefix(count);
            if (!bytes.empty() && wait.isOver())
                throw SinkError("the receiver took too long to take records");
        }
    } catch (const Poco::Exception& error) {
        throw SinkError("the connection broke: " + error.displayText());
    }
}

std::size_t OutgoingStream::read(std::span<char> buffer, const Wait& wait)
{
    try {
        const auto size = static_cast<int>(buffer.size());
        if (state_->session)
            return static_cast<std::size_t>(
                state_->repeat([&] { return SSL_read(state_->session.get(), buffer.data(), size); },
                               wait, "answer"));
        for (;;) {
            state_->await(Socket::SELECT_READ, wait, "answer");
            const int count = state_->socket.receiveBytes(buffer.data(), size);
            if (count >= 0)
                return static_cast<std::size_t>(count);
        }
    } catch (const Poco::Exception& error) {
        throw SinkError("the connection broke: " + error.displayText());
    }
}

bool OutgoingStream::hasInput() const
{
    try {
        // TLS 1.3 sends tickets that nobody asked for: they are taken here.
        if (state_->session) {
            char byte = 0;
            ERR_clear_error();
            const int result = SSL_peek(state_->session.get(), &byte, 1);
            if (result > 0)
                return true;
            const int error = SSL_get_error(state_->session.get(), result);
            return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
        }
        return state_->socket.poll(Poco::Timespan(0), Socket::SELECT_READ | Socket::SELECT_ERROR);
    } catch (const Poco::Exception&) {
        return true;
    }
}

std::size_t OutgoingStream::unconfirmedBytes() const
{
    int count = 0;
    if (ioctl(state_->socket.impl()->sockfd(), TIOCOUTQ, &count) != 0)
        return 0;
    return static_cast<std::size_t>(std::max(count, 0));
}

} // namespace sallyport::audit::sink
