#include "app/PolicyInput.h"

#include "app/AdminTrail.h"
#include "app/CommandLine.h"
#include "db/ListStore.h"
#include "db/Migrations.h"
#include "policy/PolicyError.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

namespace sallyport::app {
namespace {

std::string readText(const std::string& file)
{
    if (file == "-")
        return {std::istreambuf_iterator<char>(std::cin), {}};
    std::ifstream input(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    if (!input.is_open() || input.bad() || std::filesystem::is_directory(file))
        throw CommandRefused(file +
                             ": cannot be read; check the name and that this user may read it");
    return text;
}

std::string sourceOf(const std::string& file)
{
    return file == "-" ? "standard input" : file;
}

using Lists = std::shared_ptr<const policy::DestinationLists>;

// What the next version would be bound to.
Lists newestLists(const CommandLine& line, const policy::PolicyDocument& document)
{
    const auto names = document.listsUsed();
    if (names.empty()) // then no data directory is needed
        return policy::DestinationLists::none();
    auto database = openPolicyDatabase(line);
    db::ListStore lists(database);
    return lists.load(lists.bindingsFor(names));
}

template <class Load>
PolicyInput compiled(std::string source, const policy::PolicyDocument& document,
                     std::uint32_t version, Load lists)
{
    try {
        auto policy = policy::Policy::compile(document, version, lists());
        return {std::move(source), std::move(policy)};
    } catch (const policy::PolicyError& error) {
        throw CommandRefused(source + ": " + error.what());
    }
}

} // namespace

db::Database openPolicyDatabase(const CommandLine& line)
{
    auto database = db::Database::openOrCreate(line.dataDirectory() / db::PolicyStore::FileName,
                                               db::Durability::Full);
    db::migrate(database, db::policySchema());
    return database;
}

db::PolicyStore openPolicyStore(const CommandLine& line)
{
    db::PolicyStore store(openPolicyDatabase(line));
    store.beforeCommit(policyTrail(line));
    return store;
}

policy::PolicyDocument readPolicyFile(const std::string& file)
{
    const std::string text = readText(file);
    try {
        return policy::PolicyDocument::parse(text);
    } catch (const policy::PolicyError& error) {
        throw CommandRefused(sourceOf(file) + ": " + error.what());
    }
}

PolicyInput compiledFile(const CommandLine& line, const std::string& file)
{
    const auto document = readPolicyFile(file);
    return compiled(sourceOf(file), document, 0, [&] { return newestLists(line, document); });
}

PolicyInput compiledDraft(const CommandLine& line, const db::PolicyStore::Draft& draft)
{
    return compiled("the draft", draft.document, 0,
                    [&] { return newestLists(line, draft.document); });
}

PolicyInput compiledVersion(const CommandLine& line, const db::PolicyStore::Version& version)
{
    return compiled("policy version " + std::to_string(version.number), version.document,
                    version.number, [&] {
                        auto database = openPolicyDatabase(line);
                        return db::ListStore(database).load(version.lists);
                    });
}

PolicyInput compiledAnew(const CommandLine& line, const db::PolicyStore::Version& version)
{
    return compiled("policy version " + std::to_string(version.number) + " with these lists",
                    version.document, version.number,
                    [&] { return newestLists(line, version.document); });
}

db::PolicyStore::Draft requireDraft(const db::PolicyStore& store)
{
    if (auto draft = store.draft())
        return *std::move(draft);
    throw CommandRefused("there is no draft; begin one with `sallyport policy draft save FILE`");
}

PolicyInput policyToLookAt(const CommandLine& line)
{
    if (!line.arguments().empty())
        return compiledFile(line, line.arguments().front());
    db::PolicyStore store = openPolicyStore(line);
    if (const auto draft = store.draft())
        return compiledDraft(line, *draft);
    store.ensureInitial();
    return compiledVersion(line, store.current());
}

std::string personAtWork()
{
    const uid_t id = ::geteuid();
    const char* const behindSudo = std::getenv("SUDO_USER");
    if (id == 0 && behindSudo) // anybody else could set it to another's name
        return behindSudo;
    const passwd* user = ::getpwuid(id);
    return user ? user->pw_name : "uid " + std::to_string(id);
}

} // namespace sallyport::app
