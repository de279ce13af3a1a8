// What each role may do stands in one table, permissions_of(); nothing else in Callout asks for a role by name.
#pragma once

#include <bitset>
#include <cstdint>
#include <initializer_list>

#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

enum class Permission : std::uint8_t {
    view_tickets,
    open_ticket,
    edit_ticket,
    merge_tickets,
    cancel_ticket,         // before the technician has arrived
    cancel_after_arrival,  // and after it
    chase_ticket,
    add_note,
    answer_enquiry,    // enquiries and suggestions
    handle_complaint,  // investigate and resolve
    call_back,
    offer_ticket,
    recall_offer,
    answer_offer,  // confirm or reject
    name_technician,
    report_visit,             // own visits: depart, arrive, pause, resume, finish
    report_visit_for_others,  // the same for a technician who cannot
    view_customers,
    edit_customers,
    reveal_phone,
    handle_calls,  // be rung, see the call log
    edit_catalogue,
    manage_users,
    manage_organisation,
    manage_tokens,
    view_audit,
    import_data,
    report_call_events,  // the telephone system's token
    see_suggestions,     // who could do a repair, and why not somebody else
    manage_service,      // technicians' profiles, dealers' territories and hours, an office's offering policy
    plan_visits,         // plan an office's day and accept it, with the offers, technicians and recalls it names
};

constexpr auto enum_names(Permission) {
    return std::to_array<std::string_view>({
        "view_tickets",
        "open_ticket",
        "edit_ticket",
        "merge_tickets",
        "cancel_ticket",
        "cancel_after_arrival",
        "chase_ticket",
        "add_note",
        "answer_enquiry",
        "handle_complaint",
        "call_back",
        "offer_ticket",
        "recall_offer",
        "answer_offer",
        "name_technician",
        "report_visit",
        "report_visit_for_others",
        "view_customers",
        "edit_customers",
        "reveal_phone",
        "handle_calls",
        "edit_catalogue",
        "manage_users",
        "manage_organisation",
        "manage_tokens",
        "view_audit",
        "import_data",
        "report_call_events",
        "see_suggestions",
        "manage_service",
        "plan_visits",
    });
}

enum class Role : std::uint8_t { agent, dispatcher, coordinator, dealer, technician, supervisor, administrator };

constexpr auto enum_names(Role) {
    return std::to_array<std::string_view>(
        {"agent", "dispatcher", "coordinator", "dealer", "technician", "supervisor", "administrator"});
}

class PermissionSet {
public:
    PermissionSet() = default;

    PermissionSet(std::initializer_list<Permission> permissions) {
        for (const Permission permission : permissions) add(permission);
    }

    void add(Permission permission) { bits_.set(static_cast<std::size_t>(permission)); }

    bool has(Permission permission) const { return bits_.test(static_cast<std::size_t>(permission)); }

    bool empty() const { return bits_.none(); }

    // True when every permission of the other set is in this one.
    bool contains(const PermissionSet& other) const { return (other.bits_ & ~bits_).none(); }

    PermissionSet& operator|=(const PermissionSet& other) {
        bits_ |= other.bits_;
        return *this;
    }

    PermissionSet& operator&=(const PermissionSet& other) {
        bits_ &= other.bits_;
        return *this;
    }

    friend bool operator==(const PermissionSet&, const PermissionSet&) = default;

private:
    std::bitset<value_count<Permission>> bits_;
};

// The table of domain.md §2.
const PermissionSet& permissions_of(Role role);

}  // namespace callout::dispatch
