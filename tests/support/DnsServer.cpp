#include "support/DnsServer.h"

#include "support/SocketAddress.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <stdexcept>

namespace sallyport::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t HeaderBytes = 12;
constexpr std::uint16_t TypeA = 1;
constexpr std::uint16_t TypeAaaa = 28;

struct Question {
    std::string name;
    std::uint16_t type = 0;
    std::size_t end = 0; ///< where the question section ends in the packet
};

std::optional<Question> readQuestion(const std::string& packet)
{
    Question question;
    std::size_t at = HeaderBytes;
    while (at < packet.size() && packet[at] != 0) {
        const std::size_t length = static_cast<unsigned char>(packet[at]);
        if (length > 63 || at + 1 + length >= packet.size())
            return std::nullopt;
        question.name += (question.name.empty() ? "" : ".") + packet.substr(at + 1, length);
        at += 1 + length;
    }
    if (at + 5 > packet.size())
        return std::nullopt;
    std::ranges::transform(question.name, question.name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    question.type = static_cast<std::uint16_t>((static_cast<unsigned char>(packet[at + 1]) << 8) |
                                               static_cast<unsigned char>(packet[at + 2]));
    question.end = at + 5;
    return question;
}

std::string typeName(std::uint16_t type)
{
    switch (type) {
    case TypeA:
        return "A";
    case TypeAaaa:
        return "AAAA";
    case 12:
        return "PTR";
    default:
        return "TYPE" + std::to_string(type);
    }
}

void append16(std::string& out, std::size_t value)
{
    out += static_cast<char>((value >> 8) & 0xff);
    out += static_cast<char>(value & 0xff);
}

std::string addressData(const std::string& address, std::uint16_t type)
{
    std::array<char, 16> bytes{};
    const int family = type == TypeA ? AF_INET : AF_INET6;
    if (inet_pton(family, address.c_str(), bytes.data()) != 1)
        return {};
    return {bytes.data(), type == TypeA ? std::size_t{4} : std::size_t{16}};
}

std::string reply(const std::string& query, const Question& question, const DnsAnswer& answer)
{
    std::string records;
    std::size_t count = 0;
    if (answer.kind == DnsAnswer::Kind::Addresses) {
        for (const std::string& address : answer.addresses) {
            const std::string data = addressData(address, question.type);
            if (data.empty())
                continue;
            append16(records, 0xc000 | HeaderBytes); // a pointer to the question's name
            append16(records, question.type);
            append16(records, 1);
            append16(records, 0);
            append16(records, static_cast<std::size_t>(answer.ttl.count()));
            append16(records, data.size());
            records += data;
            ++count;
        }
    }
    const unsigned code = answer.kind == DnsAnswer::Kind::NoSuchName      ? 3
                          : answer.kind == DnsAnswer::Kind::ServerFailure ? 2
                                                                          : 0;
    std::string packet = query.substr(0, 2);
    append16(packet, 0x8180 | code);
    append16(packet, 1);
    append16(packet, count);
    append16(packet, 0);
    append16(packet, 0);
    packet += query.substr(HeaderBytes, question.end - HeaderBytes);
    return packet + records;
}

} // namespace

struct DnsServer::Held {
    Clock::time_point due;
    std::string packet;
    sockaddr_storage to;
    socklen_t toLength;
};

DnsServer::DnsServer() : wake_(eventfd(0, EFD_CLOEXEC))
{
    const SocketAddress local("127.0.0.1", 0);
    descriptor_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 || bind(descriptor_, local.raw(), local.length()) != 0)
        throw std::runtime_error("the name server of the test cannot bind");
    port_ = SocketAddress::localOf(descriptor_).port();
    thread_ = std::thread([this] { serve(); });
}

DnsServer::~DnsServer()
{
    eventfd_write(wake_, 1);
    thread_.join();
    ::close(descriptor_);
    ::close(wake_);
}

std::string DnsServer::endpoint() const
{
    return "127.0.0.1:" + std::to_string(port_);
}

void DnsServer::answer(const std::string& name, DnsAnswer answer)
{
    const std::lock_guard lock(mutex_);
    answers_[name] = std::move(answer);
}

void DnsServer::answer(const std::string& name, std::vector<std::string> addresses)
{
    answer(name, DnsAnswer{.addresses = std::move(addresses)});
}

std::vector<std::string> DnsServer::questions() const
{
    const std::lock_guard lock(mutex_);
    return questions_;
}

std::size_t DnsServer::timesAsked(const std::string& question) const
{
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(questions_, question));
}

void DnsServer::serve()
{
    std::vector<Held> held;
    for (;;) {
        int wait = -1;
        const auto now = Clock::now();
        for (const Held& one : held) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(one.due - now).count();
            const int milliseconds = static_cast<int>(std::max<std::int64_t>(left, 0));
            wait = wait < 0 ? milliseconds : std::min(wait, milliseconds);
        }
        std::array<pollfd, 2> entries{{{wake_, POLLIN, 0}, {descriptor_, POLLIN, 0}}};
        poll(entries.data(), entries.size(), wait);
        if (entries[0].revents != 0)
            return;
        if (entries[1].revents != 0)
            receiveOne(held);
        std::erase_if(held, [this](const Held& one) {
            if (one.due > Clock::now())
                return false;
            sendto(descriptor_, one.packet.data(), one.packet.size(), 0,
                   reinterpret_cast<const sockaddr*>(&one.to), one.toLength);
            return true;
        });
    }
}

void DnsServer::receiveOne(std::vector<Held>& held)
{
    std::array<char, 1500> buffer;
    Held one{};
    one.toLength = sizeof one.to;
    const ssize_t count = recvfrom(descriptor_, buffer.data(), buffer.size(), 0,
                                   reinterpret_cast<sockaddr*>(&one.to), &one.toLength);
    if (count < static_cast<ssize_t>(HeaderBytes))
        return;
    const std::string packet(buffer.data(), static_cast<std::size_t>(count));
    const auto question = readQuestion(packet);
    if (!question)
        return;
    DnsAnswer answer{.kind = DnsAnswer::Kind::NoSuchName};
    {
        const std::lock_guard lock(mutex_);
        questions_.push_back(typeName(question->type) + " " + question->name);
        const auto found = answers_.find(question->name);
        if (found != answers_.end())
            answer = found->second;
    }
    if (answer.kind == DnsAnswer::Kind::Silence)
        return;
    one.due = Clock::now() + answer.delay;
    one.packet = reply(packet, *question, answer);
    held.push_back(std::move(one));
}

} // namespace sallyport::test
