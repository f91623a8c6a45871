#include "audit/sink/Addresses.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace sallyport::audit::sink {
namespace {

using Addresses = std::vector<Poco::Net::IPAddress>;
constexpr std::chrono::milliseconds Slice{100};

struct Question {
    std::mutex mutex;
    std::condition_variable answered;
    bool isAnswered = false;
    Addresses answer;
    std::string error;
};

void ask(const std::shared_ptr<Question>& question, const std::string& host)
{
    Addresses answer;
    std::string error;
    try {
        answer = Poco::Net::DNS::hostByName(host).addresses();
    } catch (const Poco::Exception& failure) {
        error = failure.displayText();
    }
    const std::lock_guard lock(question->mutex);
    question->answer = std::move(answer);
    question->error = std::move(error);
    question->isAnswered = true;
    question->answered.notify_all();
}

Addresses resolve(const std::string& host, const Wait& wait)
{
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal))
        return {literal};
    const auto question = std::make_shared<Question>();
    std::thread([question, host] { ask(question, host); }).detach();
    std::unique_lock lock(question->mutex);
    while (!question->isAnswered) {
        if (wait.isOver())
            throw SinkError("no answer about the name " + host);
        question->answered.wait_for(lock, Slice);
    }
    if (question->answer.empty())
        throw SinkError("no address of " + host + ": " + question->error);
    return question->answer;
}

} // namespace

std::vector<Poco::Net::SocketAddress> addressesOf(const Peer& peer, const Wait& wait)
{
    std::vector<Poco::Net::SocketAddress> all;
    for (const auto& address : resolve(peer.host, wait))
        all.emplace_back(address, peer.port);
    return all;
}

} // namespace sallyport::audit::sink
