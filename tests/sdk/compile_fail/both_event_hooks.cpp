// expect: a plugin has on_event or on_events
#include "prelude.hpp"
class P final : public tg::Plugin {
public:
    void on_event(const tg::Event&) {}
    void on_events(const tg::Events&) {}
};
TG_PLUGIN(P)
