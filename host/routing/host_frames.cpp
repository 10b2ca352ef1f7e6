#include "routing/host_frames.hpp"

#include "base/time_text.hpp"
#include "protocol/json_text.hpp"
#include "wire/frame_encoder.hpp"

#include <string>

namespace tidegate::routing {
namespace {

std::string_view ref_name(std::string_view ref) { return ref.empty() ? std::string_view{} : ",\"ref\":"; }

}  // namespace

BufferRef established_frame(std::string_view client_id, std::int64_t wall_ms, std::string_view node,
                            std::int64_t heartbeat_ms) {
    return encode_text({R"({"type":"connection:established","client_id":)", protocol::json_quoted(client_id),
                        R"(,"timestamp":")", iso8601_utc(wall_ms), R"(","protocol":1,"node":)",
                        protocol::json_quoted(node), R"(,"heartbeat_ms":)", std::to_string(heartbeat_ms), "}"});
}

BufferRef subscribed_frame(const SubscribedFrame& frame) {
    return encode_text({R"({"type":"channel:subscribed","channel":")", frame.channel, R"(","kind":)",
                        frame.recorded ? R"("recorded")" : R"("live")", R"(,"offset":)", std::to_string(frame.offset),
                        R"(,"epoch":)", protocol::json_quoted(frame.epoch), R"(,"recovered":false)",
                        ref_name(frame.ref), frame.ref, "}"});
}

BufferRef unsubscribed_frame(std::string_view channel, std::string_view reason, std::string_view ref) {
    return encode_text({R"({"type":"channel:unsubscribed","channel":")", channel, "\"",
                        reason.empty() ? std::string_view{} : R"(,"reason":)",
                        reason.empty() ? std::string{} : protocol::json_quoted(reason), ref_name(ref), ref, "}"});
}

BufferRef refreshed_frame(std::string_view ref) {
    return encode_text({R"({"type":"connection:refreshed")", ref_name(ref), ref, "}"});
}

BufferRef pong_frame(std::string_view ref) { return encode_text({R"({"type":"pong")", ref_name(ref), ref, "}"}); }

}  // namespace tidegate::routing
