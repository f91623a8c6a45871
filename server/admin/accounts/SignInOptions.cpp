#include "admin/accounts/SignInOptions.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace sallyport::admin::accounts {
namespace {

constexpr const char* TwoPerson = "two_person";
constexpr const char* IdleMinutes = "idle_minutes";
constexpr const char* AbsoluteHours = "absolute_hours";

int numberOr(const std::optional<std::string>& text, int standard)
{
    int number = standard;
    if (text)
        std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

} // namespace

SignInOptions::SignInOptions(db::AccountStore& store) : store_(store)
{
    if (store.setting(TwoPerson) == "1")
        values_.publishing = Publishing::TwoPeople;
    values_.idle = std::chrono::minutes(
        numberOr(store.setting(IdleMinutes), static_cast<int>(values_.idle.count())));
    values_.absolute = std::chrono::hours(
        numberOr(store.setting(AbsoluteHours), static_cast<int>(values_.absolute.count())));
}

SignInOptions::Values SignInOptions::values() const
{
    const std::scoped_lock lock(mutex_);
    return values_;
}

void SignInOptions::change(const Values& values, const db::AccountStore::BeforeCommit& step)
{
    const std::array<std::pair<std::string, std::string>, 3> texts{{
        {TwoPerson, values.publishing == Publishing::TwoPeople ? "1" : "0"},
        {IdleMinutes, std::to_string(values.idle.count())},
        {AbsoluteHours, std::to_string(values.absolute.count())},
    }};
    store_.changeSettings(texts, step);
    const std::scoped_lock lock(mutex_);
    values_ = values;
}

} // namespace sallyport::admin::accounts
