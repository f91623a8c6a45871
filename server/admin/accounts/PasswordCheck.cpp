#include "admin/accounts/PasswordCheck.h"

#include "admin/api/ApiError.h"

#include <string>
#include <utility>

namespace sallyport::admin::accounts {

PasswordCheck::PasswordCheck(const db::AccountStore& store, PasswordHashing& hashing,
                             LockOut& lockOut, const Clock& clock)
    : store_(store), hashing_(hashing), lockOut_(lockOut), clock_(clock)
{}

void PasswordCheck::refuseFor(std::chrono::seconds wait)
{
    const auto text = std::to_string(wait.count());
    throw api::ApiError(api::ProblemKind::RateLimited,
                        "Too many wrong attempts. Wait " + text + " s and try again.")
        .retryAfter(wait)
        .with("wait_s", text);
}

std::optional<db::Person> PasswordCheck::personWith(std::string_view name,
                                                    std::string_view password,
                                                    std::string_view address)
{
    if (const auto wait = lockOut_.begin(name, address, clock_()); wait.count() > 0)
        refuseFor(wait);
    std::optional<db::Person> person;
    try {
        person = rightPerson(name, password);
    } catch (const api::ApiError&) { // busy: nothing was tried
        lockOut_.passed(name, address);
        throw;
    }
    if (person)
        lockOut_.passed(name, address);
    return person;
}

std::optional<db::Person> PasswordCheck::rightPerson(std::string_view name,
                                                     std::string_view password)
{
    auto person = store_.personNamed(name);
    // More than may be set is wrong in any case; it still costs the same time.
    const auto tried = password.substr(0, MostPasswordBytes + 1);
    const bool right =
        person ? hashing_.isRight(tried, person->passwordHash) : hashing_.isRightForNobody(tried);
    if (!right || !person->isEnabled())
        return std::nullopt;
    return person;
}

void PasswordCheck::signedIn(std::string_view name, std::string_view address)
{
    lockOut_.forget(name, address);
}

std::chrono::seconds PasswordCheck::waitOf(std::string_view name, std::string_view address) const
{
    return lockOut_.wait(name, address, clock_());
}

} // namespace sallyport::admin::accounts
