#include "app/PolicyInput.h"

#include "app/CommandLine.h"
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

PolicyInput compiled(std::string source, const policy::PolicyDocument& document,
                     std::uint32_t version)
{
    try {
        auto policy = policy::Policy::compile(document, version);
        return {std::move(source), std::move(policy)};
    } catch (const policy::PolicyError& error) {
        throw CommandRefused(source + ": " + error.what());
    }
}

} // namespace

db::PolicyStore openPolicyStore(const CommandLine& line)
{
    return db::PolicyStore(line.dataDirectory() / db::PolicyStore::FileName);
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

PolicyInput compiledFile(const std::string& file)
{
    return compiled(sourceOf(file), readPolicyFile(file), 0);
}

PolicyInput compiledDraft(const db::PolicyStore::Draft& draft)
{
    return compiled("the draft", draft.document, 0);
}

PolicyInput compiledVersion(const db::PolicyStore::Version& version)
{
    return compiled("policy version " + std::to_string(version.number), version.document,
                    version.number);
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
        return compiledFile(line.arguments().front());
    db::PolicyStore store = openPolicyStore(line);
    if (const auto draft = store.draft())
        return compiledDraft(*draft);
    store.ensureInitial();
    return compiledVersion(store.current());
}

std::string personAtWork()
{
    if (const char* behindSudo = std::getenv("SUDO_USER"))
        return behindSudo;
    const passwd* user = ::getpwuid(::geteuid());
    return user ? user->pw_name : "uid " + std::to_string(::geteuid());
}

} // namespace sallyport::app
