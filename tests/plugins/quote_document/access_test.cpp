#include "quote_document/access.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidegate::quote {
namespace {

constexpr std::string_view kQuote = "11111111-1111-4111-8111-111111111111";

Access access(const std::vector<std::string>& permissions) {
    Access out("ada", kQuote);
    for (const auto& permission : permissions) out.grant(permission);
    return out;
}

struct Row {
    std::vector<std::string> permissions;
    const char* absent;  // r, w for what is allowed
    const char* own;
    const char* other;
};

std::string rights(const Access& access, const std::optional<std::string>& created_by) {
    return std::string(access.may_read(created_by) ? "r" : "") + (access.may_write(created_by) ? "w" : "");
}

TEST(Access, IsWhatTheTableOfPermissionsSays) {
    const std::vector<Row> rows = {
        {{}, "", "", ""},
        {{"*"}, "rw", "rw", "rw"},
        {{"quotes:*"}, "rw", "rw", "rw"},
        {{"quotes:read"}, "", "r", "r"},
        {{"quotes:write"}, "rw", "w", "w"},
        {{"quotes:read", "quotes:write"}, "rw", "rw", "rw"},
        {{"quotes:own"}, "rw", "rw", ""},
        {{"quotes:own", "quotes:read"}, "rw", "rw", "r"},
        {{"quotes:11111111-1111-4111-8111-111111111111"}, "rw", "rw", "rw"},
        {{"quotes:22222222-2222-4222-8222-222222222222"}, "", "", ""},
        {{"quotes:"}, "", "", ""},
        {{"quotes"}, "", "", ""},
        {{"dashboard:*", "notifications:send", "admin"}, "", "", ""},
        {{"quote:*", "QUOTES:*", "quotes:* "}, "", "", ""},
    };
    for (const Row& row : rows) {
        const Access held = access(row.permissions);
        const std::string name = row.permissions.empty() ? "nothing" : row.permissions.front();
        EXPECT_EQ(rights(held, std::nullopt), row.absent) << name;
        EXPECT_EQ(rights(held, "ada"), row.own) << name;
        EXPECT_EQ(rights(held, "ben"), row.other) << name;
    }
}

TEST(Access, OfNobodyOwnsNothing) {
    Access nobody("", kQuote);
    nobody.grant("quotes:own");
    EXPECT_FALSE(nobody.may_write(std::nullopt));
    EXPECT_FALSE(nobody.may_read(""));
}

TEST(Access, WithoutAQuoteIsForLists) {
    Access list("ada", "");
    list.grant("quotes:");
    EXPECT_FALSE(list.reads_all());
    EXPECT_FALSE(list.may_read(std::nullopt));
    list.grant("quotes:own");
    EXPECT_TRUE(list.has_own());
    list.grant("quotes:read");
    EXPECT_TRUE(list.reads_all());
}

}  // namespace
}  // namespace tidegate::quote
