// An echo that stamps its answers and checks from inside that no message of its key was lost or overtaken: the last
// sequence number is an attribute that the host keeps, so it crosses from one image to the next. Built as several
// images of one id.

#include <tidegate/plugin.hpp>

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>

#ifndef IMAGE_STAMP
#define IMAGE_STAMP "A"
#endif
#ifndef IMAGE_FAULT
#define IMAGE_FAULT kNone
#endif

namespace {

enum class Fault { kNone, kSelfCheck, kConfigureThrows, kStartThrows, kStartRefuses };
constexpr Fault kFault = Fault::IMAGE_FAULT;

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

struct Request {
    std::int64_t seq = 0;
    std::int64_t wait_ms = 0;
    bool throws = false;
};

Request read_request(std::string_view object) {
    Request request;
    tg::json::Reader reader(object);
    std::string_view name;
    reader.enter_object();
    while (reader.next_member(name)) {
        if (name == "seq") reader.integer(request.seq);
        if (name == "wait_ms") reader.integer(request.wait_ms);
        if (name == "throws") request.throws = true;
    }
    return request;
}

class StampedEcho final : public tg::Plugin {
public:
    tg::Status configure(std::string_view) {
        if (kFault == Fault::kConfigureThrows) throw std::runtime_error("configure of this image throws");
        return {};
    }
    tg::Status self_check() {
        return kFault == Fault::kSelfCheck ? tg::internal("self-check of this image fails") : tg::Status();
    }
    tg::Status start() {
        if (kFault == Fault::kStartThrows) throw std::runtime_error("start of this image throws");
        return kFault == Fault::kStartRefuses ? tg::unavailable("start of this image refuses") : tg::Status();
    }

    tg::Task<> on_message(tg::Message message) {
        const auto request = read_request(message.payload());
        if (request.throws) throw std::runtime_error("this message makes the image throw");
        const auto seq = static_cast<std::uint64_t>(request.seq);
        const auto session = message.session();
        const auto last = session.attribute("last");
        const auto before = last ? number(*last) : 0;
        // Suspended here while images are swapped; nothing of this key may run meanwhile.
        if (request.wait_ms > 0) co_await tg::Exec::sleep(static_cast<std::uint64_t>(request.wait_ms));
        const auto again = session.attribute("last");
        const bool undisturbed = (again ? number(*again) : 0) == before;
        if (const auto kept = session.set_attribute("last", std::to_string(seq)); !kept)
            throw std::runtime_error("the sequence cannot be kept");
        std::string answer = "{\"type\":\"echo:said\",\"stamp\":\"" IMAGE_STAMP "\",\"seq\":";
        answer.append(std::to_string(seq));
        answer.append(before + 1 == seq && undisturbed ? ",\"in_order\":true}" : ",\"in_order\":false}");
        message.reply(answer);
    }
};

}  // namespace

TG_PLUGIN(StampedEcho)
