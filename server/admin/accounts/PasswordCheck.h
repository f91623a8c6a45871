// PasswordCheck: whether a password is right, asked under the lock-out. One message and one time,
// whether the name or the password is wrong.
#pragma once

#include "admin/accounts/Clock.h"
#include "admin/accounts/LockOut.h"
#include "admin/accounts/Password.h"
#include "db/AccountStore.h"

#include <optional>
#include <string_view>

namespace sallyport::admin::accounts {

class PasswordCheck {
public:
    PasswordCheck(const db::AccountStore& store, PasswordHashing& hashing, LockOut& lockOut,
                  const Clock& clock);

    /// The person if the password is that of an enabled one; then the lock-out has counted nothing.
    /// Throws ApiError: RateLimited, Busy.
    [[nodiscard]] std::optional<db::Person>
    personWith(std::string_view name, std::string_view password, std::string_view address);
    /// Nothing was wrong to the end: forgets what was before.
    void signedIn(std::string_view name, std::string_view address);
    [[nodiscard]] std::chrono::seconds waitOf(std::string_view name,
                                              std::string_view address) const;

    /// RateLimited, with Retry-After and `wait_s`.
    [[noreturn]] static void refuseFor(std::chrono::seconds wait);

private:
    [[nodiscard]] std::optional<db::Person> rightPerson(std::string_view name,
                                                        std::string_view password);

    const db::AccountStore& store_;
    PasswordHashing& hashing_;
    LockOut& lockOut_;
    const Clock& clock_;
};

} // namespace sallyport::admin::accounts
