#include "admin/api/Standing.h"

#include <gtest/gtest.h>

namespace sallyport::admin::api {
namespace {

TEST(Standing, TellsAnotherRoleFromNoSignIn)
{
    Caller editor;
    editor.role = Role::Editor;
    auto demoted = editor;
    demoted.role = Role::HelpDesk;
    EXPECT_EQ(standingOf(editor, editor), Standing::Holds);
    EXPECT_EQ(standingOf(editor, demoted), Standing::RoleChanged);
    EXPECT_EQ(standingOf(editor, std::nullopt), Standing::Ended);
}

} // namespace
} // namespace sallyport::admin::api
