#pragma once

// Expectations over what a client received, for GoogleTest; a failure says what came instead. For those who include
// GoogleTest themselves.

#include <gtest/gtest.h>
#include <tidegate/testing/host.hpp>

#include <string>
#include <string_view>

namespace tg::testing {

// Everything of `part` is in `whole`: members of objects by name, everything else by value.
inline bool holds(const Json& whole, const Json& part) {
    if (!part.is_object() || !whole.is_object()) return whole == part;
    for (const auto& [name, value] : part.items())
        if (!whole.contains(name) || !holds(whole[name], value)) return false;
    return true;
}

inline std::string told(const Client& client) {
    std::string text = client.received().empty() ? "\n  it received nothing" : "\n  it received:";
    for (const Json& message : client.received()) text += "\n    " + message.dump();
    if (!client.is_open())
        text += "\n  it was closed: " + std::to_string(client.closed_with()) + " " + client.close_reason();
    return text;
}

inline ::testing::AssertionResult was_answered(const Client& client, const Json& id, std::string_view type,
                                               const Json& part = Json::object()) {
    const Json* answer = nullptr;
    for (const Json& message : client.received()) {
        if (!message.contains("ref") || message["ref"] != id) continue;
        if (answer && (answer->value("type", "") == "error" || answer->value("type", "") == message.value("type", "")))
            return ::testing::AssertionFailure()
                   << "message " << id << " was answered twice: " << *answer << " and " << message;
        answer = &message;
    }
    if (!answer) return ::testing::AssertionFailure() << "message " << id << " was not answered" << told(client);
    if (answer->value("type", "") != type || !holds(*answer, part))
        return ::testing::AssertionFailure() << "message " << id << " was answered " << *answer << ", not " << type
                                             << (part.empty() ? "" : " with " + part.dump()) << told(client);
    return ::testing::AssertionSuccess();
}

inline ::testing::AssertionResult was_refused(const Client& client, const Json& id, std::string_view code,
                                              const Json& part = Json::object()) {
    Json wanted = part;
    wanted["code"] = code;
    return was_answered(client, id, "error", wanted);
}

inline ::testing::AssertionResult was_told(const Client& client, std::string_view type,
                                           const Json& part = Json::object()) {
    for (const Json& message : client.received(type))
        if (holds(message, part)) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "no " << type << (part.empty() ? "" : " with " + part.dump())
                                         << told(client);
}

inline ::testing::AssertionResult was_told_nothing(const Client& client, std::string_view type) {
    const auto messages = type.empty() ? client.received() : client.received(type);
    if (messages.empty()) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "unexpected " << messages.front() << told(client);
}

}  // namespace tg::testing

// The final answer to message `id` (the last that refers to it) is of this type (and holds this JSON object).
#define EXPECT_REPLY(client, id, ...) EXPECT_TRUE(::tg::testing::was_answered(client, id, __VA_ARGS__))
// The final answer to message `id` is an error of this code (and holds this JSON object).
#define EXPECT_ERROR(client, id, ...) EXPECT_TRUE(::tg::testing::was_refused(client, id, __VA_ARGS__))
// A message of this type came (and holds this JSON object).
#define EXPECT_EVENT(client, ...) EXPECT_TRUE(::tg::testing::was_told(client, __VA_ARGS__))
// No message of this type came; "" for none at all.
#define EXPECT_NOTHING(client, type) EXPECT_TRUE(::tg::testing::was_told_nothing(client, type))
