// PolicyBench: what a decision, a load and a compile cost with 10,000 rules, a million listed hosts
// and 100,000 listed networks. One thread; prints markdown.
//
//   bench-policy [RULES [HOSTS [NETWORKS [DECISIONS]]]]

#include "db/ListStore.h"
#include "db/PolicyStore.h"
#include "policy/Policy.h"
#include "support/TemporaryFolder.h"

#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace {

std::size_t allocations = 0; // by operator new, in this one thread

} // namespace

void* operator new(std::size_t size)
{
    ++allocations;
    if (void* room = std::malloc(size))
        return room;
    throw std::bad_alloc();
}

void operator delete(void* room) noexcept
{
    std::free(room);
}

void operator delete(void* room, std::size_t) noexcept
{
    std::free(room);
}

namespace sallyport::policy {
namespace {

using Seconds = std::chrono::duration<double>;

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double heapMegabytes()
{
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / 1e6;
}

class Stopwatch {
public:
    [[nodiscard]] double cpuMilliseconds() const { return (cpuSeconds() - cpu_) * 1e3; }
    [[nodiscard]] double megabytes() const { return heapMegabytes() - heap_; }

private:
    double cpu_ = cpuSeconds();
    double heap_ = heapMegabytes();
};

// Names of twenty characters on average, four labels.
std::string listedHost(std::size_t number)
{
    return "d" + std::to_string(number) + ".z" + std::to_string(number % 997) + ".list.test";
}

std::string listedNetwork(std::size_t number)
{
    // /16 to /32 of the unicast space, each with its own address.
    std::mt19937 mix(static_cast<std::uint32_t>(number));
    const auto bits = 16 + number % 17;
    const auto address = (mix() % 0xdf000000U) & (bits == 32 ? ~0U : ~(~0U >> bits));
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8)
        text += (text.empty() ? "" : ".") + std::to_string(address >> shift & 0xff);
    return text + "/" + std::to_string(bits);
}

std::string listText(std::size_t hosts, std::size_t networks)
{
    std::string text;
    for (std::size_t number = 0; number < hosts; ++number)
        text += (number % 3 == 0 ? "*." : "") + listedHost(number) + '\n';
    for (std::size_t number = 0; number < networks; ++number)
        text += listedNetwork(number) + '\n';
    return text;
}

void importList(db::Database& database, std::string_view name, const std::string& text)
{
    const Stopwatch watch;
    ListReader reader(ListReading{});
    reader.take(text);
    const auto list = reader.finish();
    static_cast<void>(db::ListStore(database).import(name, list, {}));
    std::printf(
        "| import the list \"%s\", %zu entries | %.0f ms CPU | |\n", std::string(name).c_str(),
        static_cast<std::size_t>(std::ranges::count(list.entries, '\n')), watch.cpuMilliseconds());
}

std::string ruleId(std::size_t number)
{
    auto digits = std::to_string(number);
    digits.insert(0, 12 - digits.size(), '0');
    return "00000000-0000-0000-0000-" + digits;
}

// What real policies are made of: departments by network, services by suffix, ports, methods,
// protocols, addresses; about a tenth with exceptions.
Rule makeRule(std::size_t number, std::mt19937_64& chance)
{
    const auto text = std::to_string(number);
    const auto network = [&] {
        return parseNetwork("10." + std::to_string(chance() % 256) + "." +
                            std::to_string(chance() % 256) + ".0/24")
            .value();
    };
    Rule rule;
    rule.id = ruleId(number + 10);
    rule.name = "Rule " + text;
    rule.action = number % 3 == 0 ? Action::Allow : Action::Deny;
    switch (chance() % 8) {
    case 0:
        rule.when.host = {"www.site-" + text + ".example", "api.site-" + text + ".example"};
        break;
    case 1:
        rule.when.host = {"*.service-" + text + ".example"};
        rule.when.protocol = {Protocol::Connect, Protocol::WebSocket};
        break;
    case 2:
        rule.when.client = {network(), network()};
        rule.when.port = {{static_cast<std::uint16_t>(20000 + number % 10000),
                           static_cast<std::uint16_t>(20010 + number % 10000)}};
        break;
    case 3:
        rule.when.client = {network()};
        rule.when.host = {"*.department-" + std::to_string(chance() % 200) + ".example"};
        break;
    case 4:
        rule.when.address = {parseNetwork("198." + std::to_string(chance() % 256) + "." +
                                          std::to_string(chance() % 256) + ".0/24")
                                 .value()};
        rule.when.port = {{443, 443}};
        break;
    case 5:
        rule.when.host = {"*.upload-" + text + ".example"};
        rule.when.method = {"POST", "PUT"};
        break;
    case 6:
        rule.when.client = {network()};
        rule.when.protocol = {Protocol::WebSocket};
        rule.except.host = {"*.corp.example"};
        break;
    default:
        rule.when.client = {parseNetwork("10.0.0.0/8").value()};
        rule.when.host = {"*.shared-" + text + ".example"};
        rule.except.client = {network()};
    }
    return rule;
}

PolicyDocument makeDocument(std::size_t rules)
{
    std::mt19937_64 chance(1);
    PolicyDocument document;
    Rule denyListed;
    denyListed.id = ruleId(1);
    denyListed.name = "Listed hosts";
    denyListed.when.host = {"list:hosts"};
    Rule denyNetworks;
    denyNetworks.id = ruleId(2);
    denyNetworks.name = "Listed networks";
    denyNetworks.when.addressLists = {"networks"};
    auto& access = document.rows(Layer::Access);
    access.push_back(denyListed);
    access.push_back(denyNetworks);
    for (std::size_t number = 0; number < rules; ++number)
        access.push_back(makeRule(number, chance));
    Rule web;
    web.id = ruleId(3);
    web.name = "The web";
    web.action = Action::Allow;
    web.when.client = {parseNetwork("10.0.0.0/8").value()};
    web.when.port = {{80, 80}, {443, 443}};
    access.push_back(web);
    return document;
}

struct Question {
    std::string host;
    Facts facts;
};

// Half of the hosts are listed, a quarter is named by rules, a quarter by nobody.
std::vector<Question> makeQuestions(std::size_t count, std::size_t hosts, std::size_t rules)
{
    std::mt19937_64 chance(2);
    std::vector<Question> questions(count);
    for (auto& question : questions) {
        const auto kind = chance() % 4;
        if (kind < 2)
            question.host = (chance() % 2 == 0 ? "" : "www.") + listedHost(chance() % hosts);
        else if (kind == 2)
            question.host = "a.service-" + std::to_string(chance() % rules) + ".example";
        else
            question.host = "www.news-" + std::to_string(chance() % 100000) + ".example.org";
        auto& facts = question.facts;
        facts.client = parseAddress("10." + std::to_string(chance() % 256) + "." +
                                    std::to_string(chance() % 256) + ".7")
                           .value();
        facts.protocol = chance() % 4 == 0 ? Protocol::WebSocket : Protocol::Connect;
        facts.method = facts.protocol == Protocol::Connect ? "CONNECT" : "GET";
        facts.port = chance() % 4 == 0 ? 80 : 443;
        facts.destination = parseAddress(
            std::to_string(1 + chance() % 200) + "." + std::to_string(chance() % 256) + "." +
            std::to_string(chance() % 256) + "." + std::to_string(chance() % 256));
    }
    for (auto& question : questions)
        question.facts.host = question.host;
    return questions;
}

void measureDecisions(const Policy& policy, const std::vector<Question>& questions, Stage stage)
{
    using Clock = std::chrono::steady_clock;
    std::vector<float> nanoseconds(questions.size());
    std::array<std::size_t, 3> answers{};
    for (std::size_t warm = 0; warm < questions.size() / 10; ++warm)
        ++answers[static_cast<std::size_t>(policy.decide(questions[warm].facts, stage).answer)];

    std::array<char, 256> host; // a session's facts are at hand when it asks
    const auto allocated = allocations;
    for (std::size_t index = 0; index < questions.size(); ++index) {
        auto facts = questions[index].facts;
        std::ranges::copy(facts.host, host.begin());
        facts.host = {host.data(), facts.host.size()};
        const auto start = Clock::now();
        const auto verdict = policy.decide(facts, stage);
        const auto end = Clock::now();
        nanoseconds[index] =
            static_cast<float>(std::chrono::duration<double, std::nano>(end - start).count());
        ++answers[static_cast<std::size_t>(verdict.answer)];
    }
    const auto allocatedBetween = allocations - allocated;
    std::ranges::sort(nanoseconds);
    const auto at = [&](double share) {
        return static_cast<double>(nanoseconds[static_cast<std::size_t>(
            share * static_cast<double>(nanoseconds.size() - 1))]);
    };
    const auto name = std::string(stageName(stage));
    std::printf("| a decision at %s: p50 / p99 / p99.9 | %.0f / %.0f / %.0f ns | |\n", name.c_str(),
                at(0.5), at(0.99), at(0.999));
    std::printf("| allocations in %zu decisions | %zu | |\n", questions.size(), allocatedBetween);
    std::printf("| answers: allow / deny / undecided | %zu / %zu / %zu | |\n", answers[0],
                answers[1], answers[2]);
}

// What a server does when a version is published, or when it starts.
std::shared_ptr<const Policy> loadAndCompile(const std::string& file)
{
    const Stopwatch watch;
    const db::PolicyStore store(file);
    auto version = store.current();
    const auto read = watch.cpuMilliseconds();
    auto database = db::Database::openReadOnly(file);
    auto lists = db::ListStore(database).load(version.lists);
    const auto loaded = watch.cpuMilliseconds();
    std::printf("| the tables of the lists | | %.0f MB |\n",
                static_cast<double>(lists->memoryBytes()) / 1e6);
    auto policy = Policy::compile(std::move(version.document), version.number, std::move(lists));
    const auto compiled = watch.cpuMilliseconds();
    std::printf("| from SQLite: document %.0f, lists %.0f, compiling the rules %.0f; together | "
                "%.0f ms CPU | %.0f MB |\n",
                read, loaded - read, compiled - loaded, compiled, watch.megabytes());
    return policy;
}

void run(std::size_t rules, std::size_t hosts, std::size_t networks, std::size_t decisions)
{
    const test::TemporaryFolder folder;
    const auto file = folder.file(db::PolicyStore::FileName);
    std::printf(
        "%zu rules, %zu hosts, %zu networks\n\n| what | time | memory |\n| --- | --- | --- |\n",
        rules, hosts, networks);
    {
        db::PolicyStore store(file);
        auto database = db::Database::openOrCreate(file, db::Durability::Full);
        importList(database, "hosts", listText(hosts, 0));
        importList(database, "networks", listText(0, networks));
        static_cast<void>(store.publish(makeDocument(rules), "bench", ""));
    }
    const auto policy = loadAndCompile(file);
    auto questions = makeQuestions(decisions, hosts, rules);
    measureDecisions(*policy, questions, Stage::ResolvedAddress);
    for (auto& question : questions)
        question.facts.destination.reset();
    measureDecisions(*policy, questions, Stage::Request);
}

} // namespace
} // namespace sallyport::policy

int main(int count, char** words)
{
    const auto argument = [&](int index, std::size_t usual) {
        return count > index ? std::strtoull(words[index], nullptr, 10) : usual;
    };
    sallyport::policy::run(argument(1, 10'000), argument(2, 1'000'000), argument(3, 100'000),
                           argument(4, 1'000'000));
}
