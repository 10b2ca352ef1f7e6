#include "quote_document/people.hpp"

#include <gtest/gtest.h>
#include <tidegate/lease.hpp>

namespace tidegate::quote {
namespace {

tg::Lease lease(std::string data) { return tg::Lease("aoi", "ada", "c1", std::move(data), 7, false, 0, 0); }

std::string who(const std::string& name, const std::string& role) {
    tg_principal raw{};
    raw.size = sizeof(raw);
    raw.name = {name.data(), name.size()};
    raw.role = {role.data(), role.size()};
    return who_of(tg::Principal(&raw));
}

TEST(People, AreShownAsTheirLeaseSays) {
    EXPECT_EQ(who("Ada", "agent"), R"({"name":"Ada","role":"agent"})");
    EXPECT_EQ(holder_of(lease(who("Ada", "agent"))), R"({"id":"ada","name":"Ada","role":"agent"})");
    for (const char* data : {"", "[]", "{}", R"({"name":7,"role":null})"}) {
        EXPECT_EQ(holder_of(lease(data)), R"({"id":"ada","name":"","role":""})") << data;
    }
}

TEST(People, WithNamesTooLongForALeaseKeepTheirRole) {
    EXPECT_EQ(who(std::string(500, 'x'), "agent"), R"({"name":"","role":"agent"})");
    EXPECT_EQ(who("Ada", std::string(500, '"')), R"({"name":"","role":""})");
}

}  // namespace
}  // namespace tidegate::quote
