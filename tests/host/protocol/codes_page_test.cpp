// docs/protocol-codes.md is what codes.def says; TIDEGATE_UPDATE_GOLDEN=1 rewrites it.

#include "protocol/codes.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace tidegate::protocol {
namespace {

std::string text_of(Reconnect reconnect) {
    switch (reconnect) {
        case Reconnect::kNo:
            return "no";
        case Reconnect::kYes:
            return "yes";
        case Reconnect::kAfterDelay:
            return "after the delay";
        case Reconnect::kWithNewToken:
            return "with a new token";
        case Reconnect::kWithBackOff:
            return "with back-off";
    }
    return {};
}

std::string page() {
    std::string out =
        "# Codes\n\nGenerated from `host/protocol/codes.def`.\n\n## Errors\n\n`{\"type\":\"error\",\"code\",…}`; the "
        "connection stays "
        "open.\n\n| code | default message |\n| --- | --- |\n";
    for (const auto& row : kErrorRows)
        out += "| `" + std::string(row.name) + "` | " + std::string(row.message) + " |\n";
    out += "\n## Closes\n\n| code | reason | reconnect |\n| --- | --- | --- |\n";
    for (const auto& row : kCloseRows)
        out +=
            "| " + std::to_string(row.code) + " | " + std::string(row.reason) + " | " + text_of(row.reconnect) + " |\n";
    return out;
}

TEST(CodesPage, IsCommitted) {
    const std::string file = TIDEGATE_ROOT "/docs/protocol-codes.md";
    if (std::getenv("TIDEGATE_UPDATE_GOLDEN")) std::ofstream(file) << page();
    std::ifstream in(file);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), page()) << "out of date: make docs";
}

}  // namespace
}  // namespace tidegate::protocol
